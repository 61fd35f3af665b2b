import type { EngineContext } from "../context";
import type { EngineTransaction } from "../engine-database";
import { LEASE_SECONDS } from "../lease-time";
import type { FunctionConfig } from "../sync/function-config";
import { DISCOVERY_STEP_ID, type LeasedCall } from "../types";
import type { ChosenWork, LeasableWork } from "./choose-calls-to-lease";
import {
  FULL_BATCHES_OF_KEY_MAX,
  BATCH_KEYS_OF_FUNCTION_MAX,
  makeBatchCursorKey,
  type WaitingWork,
} from "./read-waiting-work";

/**
 * The most characters of event data in one batch; a single event may be larger. An Inngest server allows ten times as
 * much, for functions in another process. The functions here share this event loop, and a batch of 10 MB blocked it for
 * 300 ms.
 */
const BATCH_BYTES_MAX = 1024 * 1024;

/**
 * Finds batches that may start now: full batches, and batches whose oldest event has waited for the timeout. With
 * `startsIdleBatches`, a batch also starts if its function and key have no running batch. So an idle function gets
 * events at once, and a busy one gets larger batches. `dueAt` is the end of the next timeout. `unseen` means that more
 * batches may be complete than this look has read.
 */
export function findCompleteBatches(
  ctx: EngineContext,
  {
    functions,
    lanes: rows,
    cursors,
  }: { functions: FunctionConfig[]; lanes: WaitingWork["batches"]; cursors: Map<string, string> },
): { offers: LeasableWork[]; dueAt: number | null; unseen: boolean } {
  const now = ctx.clock.now();
  const offers: LeasableWork[] = [];
  let dueAt: number | null = null;
  let unseen = false;
  for (const fn of functions) {
    const lanes = rows.filter(({ functionId }) => functionId === fn.id);
    const last = lanes.at(-1);
    const wrapped = cursors.delete(makeBatchCursorKey(fn));
    if (last && lanes.length >= BATCH_KEYS_OF_FUNCTION_MAX) cursors.set(makeBatchCursorKey(fn), last.key);
    unseen ||= wrapped || lanes.length >= BATCH_KEYS_OF_FUNCTION_MAX;
    for (const lane of lanes) {
      const { count, due } = batchesOf(fn, lane, { now, startsIdle: ctx.startsIdleBatches });
      unseen ||= count === FULL_BATCHES_OF_KEY_MAX;
      if (count > 0) offers.push({ kind: "batch", fn, key: lane.key, count });
      else dueAt = Math.min(dueAt ?? Infinity, due);
    }
  }
  return { offers, dueAt, unseen };
}

function batchesOf(
  fn: FunctionConfig,
  lane: WaitingWork["batches"][number],
  { now, startsIdle }: { now: number; startsIdle: boolean },
): { count: number; due: number } {
  const { sizeMax, timeoutMs } = fn.batch as NonNullable<FunctionConfig["batch"]>;
  const due = Date.parse(lane.oldest) + timeoutMs;
  const full = Math.floor(lane.waiting / sizeMax);
  const starts = due <= now || (startsIdle && lane.live === 0);
  return { count: full > 0 ? full : starts ? 1 : 0, due };
}

/** Creates a run for each chosen batch. The run's first call is already leased by this process. */
export async function formBatches(
  ctx: EngineContext,
  tx: EngineTransaction,
  { batches, token }: { batches: ChosenWork["batches"]; token: string },
): Promise<LeasedCall[]> {
  if (batches.length === 0) return [];
  const runs = batches.map((batch) => ({ ...batch, id: ctx.newId() }));
  const made = await tx.query<{ id: string; run_id: string; event_ids: string[] }>(FORM_BATCHES, [
    runs.map((run) => run.id),
    runs.map((run) => run.fn.id),
    runs.map((run) => run.key),
    runs.map((run) => run.skip),
    runs.map((run) => run.fn.batch?.sizeMax ?? 0),
    BATCH_BYTES_MAX,
    new Date(ctx.clock.now()),
    DISCOVERY_STEP_ID,
    token,
    ctx.processNum,
  ]);
  const functionIds = new Map(runs.map((run) => [run.id, run.fn.id]));
  return made.map(({ id, run_id, event_ids }) => ({
    itemId: id,
    token,
    runId: run_id,
    functionId: functionIds.get(run_id) ?? "",
    lane: "",
    stepId: DISCOVERY_STEP_ID,
    attempt: 0,
    lost: 0,
    forcePlan: false,
    eventIds: event_ids,
    events: [],
    steps: [],
    stepsStale: false,
    calledAt: 0,
  }));
}

/**
 * SQL that takes the oldest events of each batch's key, as many as fit, and makes the batch's run and its leased call.
 * Only the process with the leasing lock runs it, so no event gets into two batches.
 */
const FORM_BATCHES = `/* prepared */
  with batch as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[])
      as b(run_id, function_id, key, skip, size_max)
  ), chosen as (
    select run_id, id from (
      select b.run_id, i.id, sum(i.bytes) over (partition by b.run_id order by i.id) as bytes,
             row_number() over (partition by b.run_id order by i.id) as number
        from batch b
       cross join lateral (
         select id, bytes from engine.batch_item
          where function_id = b.function_id and key = b.key order by id offset b.skip limit b.size_max) as i
    ) as first
    where bytes <= $6 or number = 1
  ), taken as (
    delete from engine.batch_item i using chosen where i.id = chosen.id
    returning chosen.run_id, i.event_id, i.id
  ), filled as (
    select run_id, array_agg(event_id order by id) as event_ids from taken group by run_id
  ), runs as (
    insert into engine.run (id, function_id, event_ids, lane, batch_key, owner, created_at)
    select b.run_id, b.function_id, f.event_ids, '', b.key, e.owner, $7
      from filled f join batch b using (run_id) join engine.event e on e.id = f.event_ids[1]
    returning id, function_id, event_ids
  ), items as (
    insert into engine.item (run_id, function_id, lane, kind, step_id, state, lease_token, leased_by, lease_until)
    select id, function_id, '', 'call', $8, 'leased', $9, $10, now() + make_interval(secs => ${LEASE_SECONDS})
      from runs
    returning id, run_id
  )
  select items.id, items.run_id, runs.event_ids from items join runs on runs.id = items.run_id order by items.run_id`;
