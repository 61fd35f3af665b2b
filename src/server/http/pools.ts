import { Pool, type Dispatcher } from "undici";

/** A pool nobody used for this long is dropped; its connections have long been closed by their keep-alive timeout. */
const UNUSED_MS_MAX = 60_000;

export type Pools = {
  /** `origin` is scheme, host and port */
  of(origin: string): Dispatcher;
  /** Ends all connections, and what is on them. */
  destroy(): Promise<void>;
};

/**
 * One pool of kept-alive connections for each origin. undici's Agent would do, but for its counting: a
 * disconnect of a pool that it has given up is charged to that pool's successor, which is then given up
 * too, so that after a burst of broken-off responses no connection is ever reused (seen with 7.30).
 */
export function createPools(options: Pool.Options, now: () => number): Pools {
  const pools = new Map<string, { pool: Pool; usedAt: number }>();

  /** the map is in the order of use, so the oldest come first */
  const dropUnused = (): void => {
    for (const [origin, { pool, usedAt }] of pools) {
      if (now() - usedAt < UNUSED_MS_MAX) return;
      pools.delete(origin);
      void pool.destroy();
    }
  };

  return {
    of(origin) {
      const pool = pools.get(origin)?.pool ?? new Pool(origin, options);
      pools.delete(origin);
      pools.set(origin, { pool, usedAt: now() });
      dropUnused();
      return pool;
    },
    async destroy() {
      const all = [...pools.values()];
      pools.clear();
      await Promise.all(all.map(({ pool }) => pool.destroy()));
    },
  };
}
