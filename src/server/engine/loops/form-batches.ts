import type { EngineContext } from "../context";
import type { EngineTransaction } from "../engine-database";
import { LEASE_SECONDS } from "../lease-time";
import type { FunctionConfig } from "../sync/function-config";
import { DISCOVERY_STEP_ID, type LeasedCall } from "../types";
import type { WorkToLease, LeasableWork } from "./choose-calls-to-lease";

/**
 * The most bytes of events in one batch; a single event may be larger. An Inngest server allows ten times as much, for
 * functions in another process. These functions share this event loop, and a batch of 10 MB blocked it for 300 ms.
 */
const BATCH_BYTES_MAX = 1024 * 1024;
/** The most full batches that one round forms for one function and key. */
const BATCHES_MAX = 4;
const LANES_MAX = 64;

type LaneRow = { n: number; key: string; waiting: number; oldest: Date; live: number };

/**
 * Finds batches that may start now. A full batch may start. A smaller one may start if its function and key have no
 * running batch, or once its oldest event has waited for the timeout. So an idle function gets events at once, and a
 * busy one gets larger batches. `dueAt` is the end of the next timeout. `unseen` means that some keys were not visited.
 */
export async function findCompleteBatches(
  ctx: EngineContext,
  tx: EngineTransaction,
  { functions, cursors }: { functions: FunctionConfig[]; cursors: Map<string, string> },
): Promise<{ offers: LeasableWork[]; dueAt: number | null; unseen: boolean }> {
  const batching = functions.filter((fn) => fn.batch);
  if (batching.length === 0) return { offers: [], dueAt: null, unseen: false };
  const cursorOf = (fn: FunctionConfig) => `batch ${fn.id}`;
  const rows = await tx.query<LaneRow>(WAITING_LANES, [
    batching.map((fn) => fn.id),
    batching.map((fn) => cursors.get(cursorOf(fn)) ?? null),
    batching.map((fn) => (fn.batch?.sizeMax ?? 0) * BATCHES_MAX),
    LANES_MAX,
  ]);
  const now = ctx.clock.now();
  const offers: LeasableWork[] = [];
  let dueAt: number | null = null;
  let unseen = false;
  for (const [n, fn] of batching.entries()) {
    const lanes = rows.filter((row) => row.n === n + 1);
    const last = lanes.at(-1);
    const wrapped = cursors.delete(cursorOf(fn));
    if (last && lanes.length >= LANES_MAX) cursors.set(cursorOf(fn), last.key);
    unseen ||= wrapped || lanes.length >= LANES_MAX;
    for (const lane of lanes) {
      const { count, due } = batchesOf(fn, lane, { now, startsIdle: ctx.startsIdleBatches });
      unseen ||= count === BATCHES_MAX;
      if (count > 0) offers.push({ kind: "batch", fn, key: lane.key, count });
      else dueAt = Math.min(dueAt ?? Infinity, due);
    }
  }
  return { offers, dueAt, unseen };
}

function batchesOf(
  fn: FunctionConfig,
  lane: LaneRow,
  { now, startsIdle }: { now: number; startsIdle: boolean },
): { count: number; due: number } {
  const { sizeMax, timeoutMs } = fn.batch as NonNullable<FunctionConfig["batch"]>;
  const due = lane.oldest.getTime() + timeoutMs;
  const full = Math.floor(lane.waiting / sizeMax);
  const starts = due <= now || (startsIdle && lane.live === 0);
  return { count: full > 0 ? full : starts ? 1 : 0, due };
}

const WAITING_LANES = `/* prepared */
  select f.n::int, l.key, w.waiting::int, w.oldest, r.live::int
    from unnest($1::text[], $2::text[], $3::int[]) with ordinality as f(function_id, after, count_max, n)
   cross join lateral (
     with recursive lanes as (
       (select key, 1 as number from engine.batch_item
         where function_id = f.function_id and (f.after is null or key > f.after) order by key limit 1)
       union all
       (select next.key, lanes.number + 1 from lanes cross join lateral (
          select key from engine.batch_item where function_id = f.function_id and key > lanes.key order by key
            limit 1) as next
         where lanes.number < $4)
     )
     select key, number from lanes
   ) as l
   cross join lateral (
     select count(*) as waiting, min(added_at) as oldest from (
       select added_at from engine.batch_item
        where function_id = f.function_id and key = l.key order by id limit f.count_max) as first
   ) as w
   cross join lateral (
     select count(*) as live from engine.run
      where function_id = f.function_id and batch_key = l.key and status = 'running' and batch_key is not null
   ) as r
   order by f.n, l.number`;

/** Creates a run for each chosen batch. The run's first call is already leased by this process. */
export async function formBatches(
  ctx: EngineContext,
  tx: EngineTransaction,
  { batches, token }: { batches: WorkToLease["batches"]; token: string },
): Promise<LeasedCall[]> {
  if (batches.length === 0) return [];
  const runs = batches.map((batch) => ({ ...batch, id: ctx.newId() }));
  const taken = await tx.query<{ run_id: string; event_id: string; id: string }>(TAKE_EVENTS, [
    runs.map((run) => run.id),
    runs.map((run) => run.fn.id),
    runs.map((run) => run.key),
    runs.map((run) => run.skip),
    runs.map((run) => run.fn.batch?.sizeMax ?? 0),
    BATCH_BYTES_MAX,
  ]);
  taken.sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
  const filled = runs
    .map((run) => ({ ...run, eventIds: taken.filter((row) => row.run_id === run.id).map((row) => row.event_id) }))
    .filter((run) => run.eventIds.length > 0);
  await tx.query(
    `/* prepared */
     insert into engine.run (id, function_id, event_ids, lane, batch_key, owner, created_at)
     select r.id, function_id, event_ids::text[], '', key, e.owner, $5
       from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as r(id, function_id, event_ids, key)
       join engine.event e on e.id = (event_ids::text[])[1]`,
    [
      filled.map((run) => run.id),
      filled.map((run) => run.fn.id),
      filled.map((run) => `{${run.eventIds.join(",")}}`),
      filled.map((run) => run.key),
      new Date(ctx.clock.now()),
    ],
  );
  const items = await tx.query<{ id: string; run_id: string }>(
    `/* prepared */
     insert into engine.item (run_id, function_id, lane, kind, step_id, state, lease_token, leased_by, lease_until)
     select run_id, function_id, '', 'call', $3, 'leased', $4, $5, now() + make_interval(secs => ${LEASE_SECONDS})
       from unnest($1::text[], $2::text[]) as n(run_id, function_id)
     returning id, run_id`,
    [filled.map((run) => run.id), filled.map((run) => run.fn.id), DISCOVERY_STEP_ID, token, ctx.processNum],
  );
  const itemIds = new Map(items.map((item) => [item.run_id, item.id]));
  return filled.map((run) => ({
    itemId: itemIds.get(run.id) ?? "",
    token,
    runId: run.id,
    functionId: run.fn.id,
    lane: "",
    stepId: DISCOVERY_STEP_ID,
    attempt: 0,
    lost: 0,
    forcePlan: false,
    eventIds: run.eventIds,
    events: [],
    steps: [],
    stepsStale: false,
    calledAt: 0,
  }));
}

/**
 * SQL that takes the oldest events of a batch's key, as many as fit. Only the process with the leasing lock removes
 * events here.
 */
const TAKE_EVENTS = `/* prepared */
  with chosen as (
    select run_id, id from (
      select b.run_id, i.id, sum(i.bytes) over (partition by b.run_id order by i.id) as bytes,
             row_number() over (partition by b.run_id order by i.id) as number
        from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[]) as b(run_id, function_id, key, skip,
          size_max)
       cross join lateral (
         select id, bytes from engine.batch_item
          where function_id = b.function_id and key = b.key order by id offset b.skip limit b.size_max) as i
    ) as first
    where bytes <= $6 or number = 1
  )
  delete from engine.batch_item i using chosen where i.id = chosen.id
  returning chosen.run_id, i.event_id, i.id`;
