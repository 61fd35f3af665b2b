import type { EngineContext } from "./context";

export type FunctionStatus = {
  id: string;
  name: string;
  /** The options with which the app registered the function: triggers, batchEvents, concurrency. */
  options: Record<string, unknown>;
  attemptsMax: number;
  /** The number of calls of the function that are ready and not leased yet. */
  ready: number;
  running: number;
  sleeping: number;
  /** The number of events that no run has received yet, because their batch is not complete. */
  waitingEvents: number;
  /** The number of successful runs that are still stored. */
  completed: number;
  failed: number;
  cancelled: number;
  /** The number of runs that ended in the last hour, successful or not. */
  endedLastHour: number;
  /**
   * The time from which the oldest waiting work has waited. A run with a ready call waits from its creation, and an
   * event from its arrival in a batch. Null if no work waits.
   */
  oldestWaitingAt: Date | null;
};

export type EngineStatus = { functions: FunctionStatus[] };

type Counts = {
  id: string;
  ready: number;
  running: number;
  sleeping: number;
  waiting: number;
  completed: number;
  failed: number;
  cancelled: number;
  recent: number;
  oldest: Date | null;
};

/**
 * The longest age of a cached status, in ms. Many people may open the page at once, and a fresh status reads large
 * tables.
 */
const FRESH_MS = 2_000;
/** The most owners whose statuses are cached. */
const REMEMBERED_MAX = 500;
type Known = { at: number; status: Promise<EngineStatus> };
const recent = new WeakMap<EngineContext, Map<string | null, Known>>();

/**
 * Counts runs and events for the engine page. The counts may be two seconds old.
 * @param owner counts only the runs and events of this owner; null counts all
 */
export function readEngineStatus(ctx: EngineContext, owner: string | null): Promise<EngineStatus> {
  const now = performance.now();
  const remembered = recent.get(ctx) ?? new Map<string | null, Known>();
  recent.set(ctx, remembered);
  const known = remembered.get(owner);
  if (known && now - known.at < FRESH_MS) return known.status;
  const status = countAll(ctx, owner);
  remembered.delete(owner);
  for (const oldest of remembered.keys()) {
    if (remembered.size < REMEMBERED_MAX) break;
    remembered.delete(oldest);
  }
  remembered.set(owner, { at: now, status });
  status.catch(() => remembered.delete(owner));
  return status;
}

async function countAll(ctx: EngineContext, owner: string | null): Promise<EngineStatus> {
  const rows = await ctx.db.query<Counts>(COUNTS, [
    ctx.functions.all.map((fn) => fn.id),
    new Date(ctx.clock.now() - HOUR_MS),
    owner,
  ]);
  const counts = new Map(rows.map((row) => [row.id, row]));
  return {
    functions: ctx.functions.all.map((fn) => {
      const count = counts.get(fn.id);
      return {
        id: fn.id,
        name: fn.name,
        options: fn.options,
        attemptsMax: fn.attemptsMax,
        ready: count?.ready ?? 0,
        running: count?.running ?? 0,
        sleeping: count?.sleeping ?? 0,
        waitingEvents: count?.waiting ?? 0,
        completed: count?.completed ?? 0,
        failed: count?.failed ?? 0,
        cancelled: count?.cancelled ?? 0,
        endedLastHour: count?.recent ?? 0,
        oldestWaitingAt: count?.oldest ?? null,
      };
    }),
  };
}

const COUNTS = `
  select f.id, i.ready, i.running, i.sleeping, b.waiting, r.completed, r.failed, r.cancelled, r.recent,
    least(l.oldest, b.oldest) as oldest
    from unnest($1::text[]) as f(id)
   cross join lateral (
     select count(*) filter (where state = 'ready')::int as ready,
       count(*) filter (where state = 'leased')::int as running,
            count(*) filter (where state = 'timer')::int as sleeping
       from engine.item where function_id = f.id
         and ($3::text is null or exists (select from engine.run r where r.id = run_id and r.owner = $3))) as i
   cross join lateral (
     select count(*)::int as waiting, min(added_at) as oldest from engine.batch_item where function_id = f.id
        and ($3::text is null or exists (select from engine.event e where e.id = event_id and e.owner = $3))) as b
   cross join lateral (
     select count(*) filter (where status = 'completed')::int as completed,
       count(*) filter (where status = 'failed')::int as failed,
            count(*) filter (where status = 'cancelled')::int as cancelled,
              count(*) filter (where ended_at > $2)::int as recent
       from engine.run where function_id = f.id and status <> 'running' and ($3::text is null or owner = $3)) as r
   cross join lateral (
     select min(r.created_at) as oldest from engine.item i join engine.run r on r.id = i.run_id
      where i.function_id = f.id and i.state = 'ready' and ($3::text is null or r.owner = $3)) as l`;

const HOUR_MS = 3_600_000;
