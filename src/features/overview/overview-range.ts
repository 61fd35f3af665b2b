import { timeRangeMs, type TimeRangeName, type TimeRange } from "@/lib/time-range";

/** The range of the overview if the URL names none. */
export const DEFAULT_OVERVIEW_RANGE: TimeRangeName = "24h";
const MINUTE_MS = 60_000;

/** Returns the start of the minute of a time, in ms. */
export const startOfMinute = (time: number): number => Math.floor(time / MINUTE_MS) * MINUTE_MS;

/** Returns the interval of a range. Its ends are whole minutes, so that queries within a minute share a result. */
export function intervalOfRange({ range, from, to }: TimeRange, now: number): { from: Date; to?: Date } {
  const end = to?.getTime() ?? startOfMinute(now);
  const start = from ?? new Date(end - timeRangeMs(range ?? DEFAULT_OVERVIEW_RANGE));
  return to ? { from: start, to } : { from: start };
}

/** Returns the words for a range inside a sentence: `in 24 h`. */
export function describeTimeRange({ range, from, to }: TimeRange): string {
  return from || to ? "in this range" : `in ${(range ?? DEFAULT_OVERVIEW_RANGE).replace(/(\d+)(\D)/, "$1 $2")}`;
}

/** Returns the range as query parameters of the executions page. */
export function executionsQueryOfRange({ range, from, to }: TimeRange): string {
  if (!from && !to) return `range=${range ?? DEFAULT_OVERVIEW_RANGE}`;
  return [from && `from=${from.toISOString()}`, to && `to=${to.toISOString()}`].filter(Boolean).join("&");
}
