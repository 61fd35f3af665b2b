import type { EngineContext } from "../context";
import { LEASE_SECONDS } from "../lease-time";
import { FIRST_PROCESS_LOCK_NUMBER } from "./process-presence";

export type LeaseRecoveryCounts = { items: number; processes: number; alive: number };

/**
 * Releases abandoned leases, so that another process can execute their calls. A lease is abandoned if its process has
 * died, if it has expired, or if this process holds it without executing its call. The last happens if the answer to a
 * commit was lost. Ten losses of a call count as a failed try, fewer do not. The engine drops results that arrive
 * later.
 */
export async function recoverLeases(ctx: EngineContext, held: ReadonlySet<string>): Promise<LeaseRecoveryCounts> {
  return ctx.db.tx(async (tx) => {
    const others = await tx.query<{ num: number; dead: boolean }>(
      "select num, pg_try_advisory_xact_lock($1, $2 + num) as dead from engine.process where num <> $3",
      [ctx.db.lockClass, FIRST_PROCESS_LOCK_NUMBER, ctx.processNum],
    );
    const dead = others.filter((other) => other.dead).map((other) => other.num);
    const given = await tx.query(
      `update engine.item
          set state = 'ready', lost = lost + 1, lease_token = null, leased_by = null, lease_until = null
        where id in (
          select id from engine.item i
           where state = 'leased'
             and (leased_by = any($1::int[]) or lease_until < now()
                  or (leased_by <> $2 and not exists (select from engine.process p where p.num = i.leased_by))
                  or (leased_by = $2 and lease_until < now() + make_interval(secs => $3)
                    and not id = any($4::bigint[])))
           order by id for update skip locked)
        returning id`,
      [dead, ctx.processNum, LEASE_SECONDS - 5, [...held]],
    );
    if (dead.length > 0) await tx.query("delete from engine.process where num = any($1::int[])", [dead]);
    return { items: given.length, processes: dead.length, alive: 1 + others.length - dead.length };
  });
}

/** Extends the leases of the calls that this process executes, when a third of the lease has passed. */
export async function renewLeases(ctx: EngineContext, held: ReadonlyMap<string, { token: string }>): Promise<void> {
  if (held.size === 0) return;
  const calls = [...held];
  await ctx.db.tx(
    (tx) =>
      tx.query(
        `update engine.item i set lease_until = now() + make_interval(secs => ${LEASE_SECONDS})
           from unnest($1::bigint[], $2::text[]) as h(id, token)
          where i.id = h.id and i.lease_token = h.token and i.lease_until < now() + make_interval(secs => $3)`,
        [calls.map(([id]) => id), calls.map(([, call]) => call.token), LEASE_SECONDS * (2 / 3)],
      ),
    { relaxed: true },
  );
}

/** Releases all leases of this process at an orderly stop. */
export async function releaseLeases(ctx: EngineContext): Promise<void> {
  await ctx.db.query(
    `update engine.item set state = 'ready', lease_token = null, leased_by = null, lease_until = null
      where state = 'leased' and leased_by = $1`,
    [ctx.processNum],
  );
}
