import type { EngineContext } from "../context";
import { makeBoundedDelete, repeatChunkUntilDone } from "@/server/platform/bounded-delete";

export type EngineRetention = {
  /** How long the engine keeps ended runs and their steps, in ms. */
  runsMs: number;
  /** How long the engine keeps events, in ms. Events of unfinished runs and open batches stay longer. */
  eventsMs: number;
};

const DAY_MS = 86_400_000;
export const DEFAULT_ENGINE_RETENTION: EngineRetention = { runsMs: DAY_MS, eventsMs: DAY_MS };

/** One transaction deletes at most this many runs, keys or events. The steps of the runs go with them. */
const ROWS_MAX = 2000;

/** Deletes old runs, events and idempotency keys in bounded steps. Events of unfinished runs and open batches stay. */
export class HistoryPruner {
  readonly #ctx: EngineContext;
  readonly #retention: EngineRetention;

  constructor(ctx: EngineContext, retention: EngineRetention) {
    this.#ctx = ctx;
    this.#retention = retention;
  }

  async prune(): Promise<void> {
    const now = this.#ctx.clock.now();
    const runs = { table: "engine.run", where: "status <> 'running' and ended_at < $1", orderBy: "ended_at" };
    await this.#repeat(runs, new Date(now - this.#retention.runsMs));
    await this.#repeat(
      {
        table: "engine.idempotency",
        where: `expires_at < $1 and not exists (
          select from engine.run r where r.id = old.run_id and r.status = 'running')`,
        orderBy: "expires_at",
      },
      new Date(now),
    );
    await this.#pruneEvents(new Date(now - this.#retention.eventsMs));
  }

  async #repeat(which: { table: string; where: string; orderBy: string }, before: Date): Promise<void> {
    const text = `${makeBoundedDelete({ ...which, rowsMax: ROWS_MAX })} returning true`;
    await repeatChunkUntilDone(ROWS_MAX, async () => (await this.#ctx.db.query(text, [before])).length);
  }

  /** Deletes old events, oldest id first, because ids sort by time. It skips events that unfinished work needs. */
  async #pruneEvents(before: Date): Promise<void> {
    let after = "";
    for (;;) {
      const [seen] = await this.#ctx.db.query<{ n: number; last: string | null }>(PRUNE_EVENTS, [
        before,
        ROWS_MAX,
        after,
      ]);
      if (!seen?.last || seen.n < ROWS_MAX) return;
      after = seen.last;
    }
  }
}

const PRUNE_EVENTS = `
  with old as (
    select id from engine.event where id > $3 and received_at < $1 and routed order by id limit $2
  ), needed as (
    select unnest(event_ids) as id from engine.run where status = 'running'
    union all
    select event_id from engine.batch_item
  ), gone as (
    delete from engine.event where id in (select id from old except select id from needed)
  )
  select count(*)::int as n, max(id) as last from old`;
