import { timeParam, makeUrlParam } from "@/lib/url-params";

/** The periods that pages offer. Each period ends now. */
export const offeredTimeRanges = ["1h", "24h", "7d", "30d"] as const;
/** A period that ends now: a number of minutes, hours or days, such as `30m`, `2h`, `7d`. */
export type RelativeTimeRange = `${number}${"m" | "h" | "d"}`;

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const isRange = (text: string): text is RelativeTimeRange => /^[1-9]\d{0,3}[mhd]$/.test(text);

/** Returns the length of a period in ms. */
export const convertTimeRangeToMs = (range: RelativeTimeRange): number =>
  Number(range.slice(0, -1)) * unitMs[range.at(-1) as keyof typeof unitMs];

/**
 * A time range in the URL. `from` and `to` name a fixed interval, in which one of them may be null. They take
 * precedence over `range`. If all are null, the range is not limited, or the page has a default.
 */
export type TimeRange = { range: RelativeTimeRange | null; from: Date | null; to: Date | null };

const parseAsRange = makeUrlParam<RelativeTimeRange>({
  parse: (text) => (isRange(text) ? text : null),
  serialize: (range) => range,
});

/** The URL parameters of a time range. All pages with a range share them, so that links can carry the range along. */
export const timeRangeParams = { range: parseAsRange, from: timeParam, to: timeParam };
