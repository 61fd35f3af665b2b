/**
 * The upper ends of the latency buckets, in ms. The last bucket has no end. Stored rows hold one number for each
 * bucket, so this list may only grow at its end.
 */
export const LATENCY_BUCKET_ENDS_MS = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000,
  15_000, 20_000,
] as const;
export const LATENCY_BUCKET_COUNT = LATENCY_BUCKET_ENDS_MS.length + 1;

/**
 * The upper ends of the buckets of delays from the match to the delivery, in ms: 20 ms to four days. The last bucket
 * has no end. Stored rows hold one number for each bucket, so this list may only grow at its end.
 */
export const DELAY_BUCKET_ENDS_MS = [
  20, 50, 100, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000, 15_000, 20_000, 30_000, 60_000,
  120_000, 300_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 43_200_000, 86_400_000, 345_600_000,
] as const;
export const DELAY_BUCKET_COUNT = DELAY_BUCKET_ENDS_MS.length + 1;

export const makeEmptyLatencyHistogram = (): number[] => Array.from({ length: LATENCY_BUCKET_COUNT }, () => 0);

/** Adds `histogram` to `sum` in place, bucket by bucket. */
export function addHistogram(sum: number[], histogram: readonly number[]): void {
  histogram.forEach((count, bucket) => (sum[bucket] = (sum[bucket] ?? 0) + count));
}

export function findLatencyBucket(durationMs: number): number {
  const found = LATENCY_BUCKET_ENDS_MS.findIndex((bound) => durationMs <= bound);
  return found === -1 ? LATENCY_BUCKET_COUNT - 1 : found;
}

/**
 * Estimates a quantile of a histogram: the duration in ms that a share of the attempts did not exceed. Within a bucket
 * the estimate is linear. The last bucket has no end, so it counts as its lower end.
 * @returns null for an empty histogram
 * @param share 0.5 for the median
 * @param bounds the upper ends of the buckets
 */
export function estimateQuantileOfHistogram(
  histogram: readonly number[],
  share: number,
  bounds: readonly number[] = LATENCY_BUCKET_ENDS_MS,
): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = share * total;
  let before = 0;
  for (const [bucket, count] of histogram.entries()) {
    if (count > 0 && before + count >= rank) {
      const low = bounds[bucket - 1] ?? 0;
      const high = bounds[bucket] ?? low;
      return Math.round(low + ((high - low) * (rank - before)) / count);
    }
    before += count;
  }
  return bounds.at(-1)!;
}
