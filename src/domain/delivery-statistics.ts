/** The kinds of failed attempts that statistics distinguish. */
export const errorKinds = ["dns", "refused", "reset", "tls", "timeout", "4xx", "5xx", "blocked", "other"] as const;
export type ErrorKind = (typeof errorKinds)[number];

const known: ReadonlySet<string> = new Set(errorKinds);

/** Returns the kind of an attempt's stored error code. */
export const errorKindOf = (code: string | null): ErrorKind =>
  code !== null && known.has(code) ? (code as ErrorKind) : "other";

/**
 * The upper ends of the latency buckets, in ms. The last bucket has no end. Stored rows hold one number for each
 * bucket, so this list may only grow at its end.
 */
export const LATENCY_BOUNDS = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000,
  15_000, 20_000,
] as const;
export const LATENCY_BUCKETS = LATENCY_BOUNDS.length + 1;

export const emptyHistogram = (): number[] => Array.from({ length: LATENCY_BUCKETS }, () => 0);

/** Returns the index of the latency bucket for a duration. */
export function bucketOf(durationMs: number): number {
  const found = LATENCY_BOUNDS.findIndex((bound) => durationMs <= bound);
  return found === -1 ? LATENCY_BUCKETS - 1 : found;
}

/** The error codes of attempts that sent nothing. Their durations say nothing about the endpoint. */
const unsent: ReadonlySet<string> = new Set([
  "blocked",
  "invalid_url",
  "invalid_header",
  "invalid_configuration",
  "template",
  "resolver_busy",
]);
export const wasSent = (code: string | null): boolean => code === null || !unsent.has(code);

/**
 * Estimates the duration that the given share of attempts did not exceed, in ms. The estimate is linear within a
 * bucket.
 * @returns null for an empty histogram
 * @param share 0.5 for the median
 */
export function quantileOf(histogram: readonly number[], share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let before = 0;
  for (const [bucket, count] of histogram.entries()) {
    if (count > 0 && before + count >= rank) {
      const low = LATENCY_BOUNDS[bucket - 1] ?? 0;
      const high = LATENCY_BOUNDS[bucket] ?? low;
      return Math.round(low + ((high - low) * (rank - before)) / count);
    }
    before += count;
  }
  return LATENCY_BOUNDS.at(-1)!;
}
