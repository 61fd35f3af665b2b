import { convertTimeRangeToMs, type RelativeTimeRange, type TimeRange } from "@/lib/time-range";

/** The time range of the overview if the URL contains none. */
export const DEFAULT_OVERVIEW_RANGE: RelativeTimeRange = "24h";
const MINUTE_MS = 60_000;

/** Rounds a time down to the full minute. Both times are in ms since 1970. */
export const startOfMinute = (time: number): number => Math.floor(time / MINUTE_MS) * MINUTE_MS;

/**
 * Converts a time range into an interval. An interval without `to` ends now. A missing `from` is counted back from
 * `to`, or from the last full minute, so that queries within a minute share a result.
 */
export function convertRangeToInterval({ range, from, to }: TimeRange, now: number): { from: Date; to?: Date } {
  const end = to?.getTime() ?? startOfMinute(now);
  const start = from ?? new Date(end - convertTimeRangeToMs(range ?? DEFAULT_OVERVIEW_RANGE));
  return to ? { from: start, to } : { from: start };
}

/** Describes a time range as part of a sentence: `in 24 h`, or `in this range` for a fixed interval. */
export function describeTimeRange({ range, from, to }: TimeRange): string {
  return from || to ? "in this range" : `in ${(range ?? DEFAULT_OVERVIEW_RANGE).replace(/(\d+)(\D)/, "$1 $2")}`;
}

/**
 * Returns a time range as the query string of the executions page, such as `range=24h`, or `from=…&to=…` for a fixed
 * interval.
 */
export function writeExecutionsQueryOfRange({ range, from, to }: TimeRange): string {
  if (!from && !to) return `range=${range ?? DEFAULT_OVERVIEW_RANGE}`;
  return [from && `from=${from.toISOString()}`, to && `to=${to.toISOString()}`].filter(Boolean).join("&");
}
