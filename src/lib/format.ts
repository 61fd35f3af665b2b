const integer = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** Formats a number as `1,234`: a whole number from 100 on, and three significant digits below. */
export function formatNumber(value: number): string {
  return Math.abs(value) >= 100 ? integer.format(value) : decimal.format(value);
}

/** Formats a count as `987`, or as `1,000+` from `cap` (by default 1,000) on, where the database stops counting. */
export function formatCappedCount(count: number, cap = 1_000): string {
  return count >= cap ? `${integer.format(cap)}+` : integer.format(count);
}

/** Formats a count with its noun: `1 trigger`, `3 triggers`. */
export function formatCountWithNoun(count: number, one: string, many = `${one}s`): string {
  return `${integer.format(count)} ${count === 1 ? one : many}`;
}

/**
 * Formats a duration in ms for people: `84 ms`, `1.52 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`; `–` for NaN or
 * infinity.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return "–";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${decimal.format(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600)
    return twoUnits({ big: Math.floor(seconds / 60), bigUnit: "min", small: seconds % 60, smallUnit: "s" });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1_440)
    return twoUnits({ big: Math.floor(minutes / 60), bigUnit: "h", small: minutes % 60, smallUnit: "min" });
  const hours = Math.floor(minutes / 60);
  return twoUnits({ big: Math.floor(hours / 24), bigUnit: "d", small: hours % 24, smallUnit: "h" });
}

/** Formats the whole seconds from 10 on in a stored text as durations: `waits 3600 s` becomes `waits 1 h`. */
export const formatSecondsInText = (text: string): string =>
  text.replace(/(?<![\d.,])(\d{2,}) s\b/g, (_, seconds: string) => formatDuration(Number(seconds) * 1_000));

function twoUnits({
  big,
  bigUnit,
  small,
  smallUnit,
}: {
  big: number;
  bigUnit: string;
  small: number;
  smallUnit: string;
}): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** Formats bytes as `512 B`, `1.2 KB` or `3.4 MB`, in steps of 1,024. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${decimal.format(bytes / 1_024)} KB`;
  return `${decimal.format(bytes / 1_048_576)} MB`;
}

/** Formats a rate of 0 to 1 in percent, with three significant digits: `10 %`, `0.125 %`. */
export function formatRate(rate: number): string {
  return `${decimal.format(rate * 100)} %`;
}

/** Formats a rate of 0 to 1 as `98.7 %`, always with one decimal, so that the rates of a column align. */
export const formatRateWithOneDecimal = (rate: number): string => `${(rate * 100).toFixed(1)} %`;

/** Formats USD as `$1.23`. Amounts below $1 get three significant digits: `$0.000412`. */
export function formatCost(usd: number): string {
  if (usd === 0) return "$0";
  return Math.abs(usd) >= 1 ? `$${usd.toFixed(2)}` : `$${decimal.format(usd)}`;
}
