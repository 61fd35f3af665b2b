/** A token bucket for each name, in the memory of this process: fair use, not security. */
export type RateLimiter = {
  /** Takes `cost` tokens of a bucket, or says in how many seconds that many will be there. */
  take(name: string, cost: number): { ok: true } | { ok: false; retryAfterSeconds: number };
};

const BUCKETS_MAX = 10_000;

/**
 * @param perSecond tokens that come back each second
 * @param burst tokens of a full bucket
 * @param now epoch ms
 */
export function createRateLimiter(options: { perSecond: number; burst: number; now: () => number }): RateLimiter {
  const { perSecond, burst, now } = options;
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(name, cost) {
      const at = now();
      const last = buckets.get(name) ?? { tokens: burst, at };
      const tokens = Math.min(burst, last.tokens + ((at - last.at) / 1_000) * perSecond);
      // A request larger than a whole bucket passes when the bucket is full, or it never could.
      const needed = Math.min(cost, burst);
      buckets.delete(name);
      if (buckets.size >= BUCKETS_MAX) buckets.delete(buckets.keys().next().value!);
      buckets.set(name, { tokens: tokens >= needed ? tokens - needed : tokens, at });
      return tokens >= needed
        ? { ok: true }
        : { ok: false, retryAfterSeconds: Math.max(1, Math.ceil((needed - tokens) / perSecond)) };
    },
  };
}
