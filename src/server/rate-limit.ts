import type { ServiceContext } from "./context";

/** The rate of a token bucket: the tokens that it regains each second, and the tokens that it holds when full. */
export type TokenBucketRate = { perSecond: number; burst: number };
export type RateLimitResult = { ok: true } | { ok: false; retryAfterSeconds: number };
type Wish = { name: string; rate: TokenBucketRate };

/**
 * Rate limits that all processes share, as token buckets in PostgreSQL, one row each. A process leases tokens for one
 * second ahead, so a busy sender costs one statement a second.
 */
export type RateLimiter = {
  /** Takes `cost` tokens from every named bucket. If one bucket has too few, no tokens are taken. */
  take(wishes: readonly Wish[], cost: number): Promise<RateLimitResult>;
};

/**
 * The most buckets that this process remembers. A forgotten shared bucket loses its leased tokens, and regains them
 * with time. A forgotten local bucket is full again.
 */
const BUCKETS_MAX = 10_000;

export function createRateLimiter({ db, now }: Pick<ServiceContext, "db" | "now">): RateLimiter {
  const leased = new Map<string, number>();
  const leasing = new Map<string, Promise<RateLimitResult>>();

  /**
   * Returns the tokens that a request must pay. A request above the size of a bucket pays a full bucket, because it
   * could never pass otherwise.
   */
  const neededOf = ({ rate }: Wish, cost: number): number => Math.min(cost, rate.burst);
  const isShort = (wish: Wish, cost: number): boolean => (leased.get(wish.name) ?? 0) < neededOf(wish, cost);

  const remember = (name: string, tokens: number): void => {
    leased.delete(name);
    if (leased.size >= BUCKETS_MAX) leased.delete(leased.keys().next().value!);
    leased.set(name, tokens);
  };

  const lease = async ({ name, rate }: Wish, needed: number): Promise<RateLimitResult> => {
    const { perSecond, burst } = rate;
    const missing = needed - (leased.get(name) ?? 0);
    const wanted = Math.max(missing, Math.min(perSecond, burst));
    const at = now();
    // Leases tokens from a bucket. Its tokens now are those at `refilled_at` plus those regained since.
    const [row] = await db.$queryRaw<{ granted: number; tokens: number }[]>`
      INSERT INTO token_bucket AS b (name, tokens, granted, refilled_at)
      VALUES (${name}, ${burst - wanted}::float8, ${wanted}::float8, ${at}::timestamptz)
      ON CONFLICT (name) DO UPDATE SET (tokens, granted, refilled_at) = (
        SELECT held - given, given, greatest(b.refilled_at, excluded.refilled_at)
          FROM (SELECT least(${burst}::float8, b.tokens
                  + greatest(0, extract(epoch
                    FROM excluded.refilled_at - b.refilled_at)) * ${perSecond}::float8) AS held) AS h,
               LATERAL (SELECT CASE
                 WHEN held >= ${missing}::float8 THEN least(held, ${wanted}::float8) ELSE 0 END AS given) AS g)
      RETURNING granted, tokens`;
    const { granted, tokens } = row!;
    if (granted < missing)
      return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil((missing - tokens) / perSecond)) };
    remember(name, (leased.get(name) ?? 0) + granted);
    return { ok: true };
  };

  /** Lets only one lease of a bucket run at a time. Two would take twice the tokens that this process can use. */
  const leaseOnce = (wish: Wish, cost: number): Promise<RateLimitResult> => {
    const under = leasing.get(wish.name);
    if (under) return under;
    const begun = lease(wish, neededOf(wish, cost)).finally(() => leasing.delete(wish.name));
    leasing.set(wish.name, begun);
    return begun;
  };

  return {
    async take(wishes, cost) {
      for (let short = wishes.find((wish) => isShort(wish, cost)); short;) {
        const mine = !leasing.has(short.name);
        const taken = await leaseOnce(short, cost);
        /*
         * A lease of another request may have failed because that request needs more tokens. So this request tries its
         * own.
         */
        if (!taken.ok && mine) return taken;
        short = wishes.find((wish) => isShort(wish, cost));
      }
      for (const wish of wishes) remember(wish.name, (leased.get(wish.name) ?? 0) - neededOf(wish, cost));
      return { ok: true };
    },
  };
}

/** Makes rate limits in the memory of this process, for buckets such as addresses that need no shared count. */
export function createLocalRateLimiter(
  { perSecond, burst }: TokenBucketRate,
  now: () => number,
): (name: string) => RateLimitResult {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (name) => {
    const at = now();
    const last = buckets.get(name) ?? { tokens: burst, at };
    const tokens = Math.min(burst, last.tokens + ((at - last.at) / 1_000) * perSecond);
    buckets.delete(name);
    if (buckets.size >= BUCKETS_MAX) buckets.delete(buckets.keys().next().value!);
    buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
    return tokens >= 1
      ? { ok: true }
      : { ok: false, retryAfterSeconds: Math.max(1, Math.ceil((1 - tokens) / perSecond)) };
  };
}
