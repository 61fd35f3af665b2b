import { parseAsIsoDateTime, parseAsStringLiteral } from "nuqs/server";

/** Time ranges that end now, with their milliseconds. */
export const rangeSizes = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000, "30d": 2_592_000_000 } as const;
export type RangeName = keyof typeof rangeSizes;
export const rangeNames = Object.keys(rangeSizes) as RangeName[];

/** A time range as the URL has it. `from` and `to` name a fixed interval and win over `range`. */
export type TimeRange = { range: RangeName | null; from: Date | null; to: Date | null };

/** The parameters of a time range. Every page with one shares them, so that links can carry it along. */
export const timeRangeParams = {
  range: parseAsStringLiteral(rangeNames),
  from: parseAsIsoDateTime,
  to: parseAsIsoDateTime,
};

/** Returns the interval that a range names. A range that ends now has no `to` and rolls on with `now` (ms). */
export function toInterval({ range, from, to }: TimeRange, now: number): { from: Date | null; to: Date | null } {
  if (from !== null || to !== null) return { from, to };
  return { from: range && new Date(now - rangeSizes[range]), to: null };
}
