import type { EngineTransaction } from "../engine-database";
import type { EngineEvent } from "../event";
import { DISCOVERY_STEP_ID, type LeasedCall } from "../types";
import { LEASE_SECONDS } from "../lease-time";
import { leaveOutDuplicateRuns } from "./leave-out-duplicate-runs";
import type { NewWorkItem, UnitOfWork } from "./unit-of-work";

/**
 * A statement that has reached this many characters of event data takes no further event. The database driver blocks
 * the event loop while it writes a statement.
 */
const PIECE_CHARS = 1_000_000;

/** Inserts events, with one statement for each megabyte. Returns the inserted ones: a repeated request inserts none. */
export async function insertEvents(
  tx: EngineTransaction,
  events: EngineEvent[],
  routed: boolean,
): Promise<EngineEvent[]> {
  const stored: EngineEvent[] = [];
  let piece: EngineEvent[] = [];
  let chars = 0;
  for (const [index, event] of events.entries()) {
    piece.push(event);
    chars += event.fields.data.length;
    if (chars < PIECE_CHARS && index < events.length - 1) continue;
    stored.push(...(await insertPiece(tx, piece, routed)));
    [piece, chars] = [[], 0];
  }
  return stored;
}

async function insertPiece(tx: EngineTransaction, events: EngineEvent[], routed: boolean): Promise<EngineEvent[]> {
  const fields = events.map((event) => event.fields);
  const rows = await tx.query<{ id: string }>(
    `/* prepared */
     insert into engine.event (id, name, data, ts, external_id, v, "user", received_at, owner, routed)
     select *, $10::boolean
       from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[],
       $8::timestamptz[], $9::text[])
     on conflict (id) do nothing returning id`,
    [
      fields.map((event) => event.id),
      fields.map((event) => event.name),
      fields.map((event) => event.data),
      fields.map((event) => event.ts),
      fields.map((event) => event.externalId),
      fields.map((event) => event.v),
      fields.map((event) => event.user),
      fields.map((event) => new Date(event.receivedAt)),
      fields.map((event) => event.owner ?? ""),
      routed,
    ],
  );
  const stored = new Set(rows.map((row) => row.id));
  return events.filter((event) => stored.delete(event.id));
}

/**
 * Writes the new runs, batch entries, steps and items of work of a transaction, and the changes of its runs, and
 * empties these collections. It needs a few statements, however many changes there are.
 */
export async function writeCollectedChanges(work: UnitOfWork): Promise<void> {
  await writeNewRuns(work);
  await writeBatchItems(work);
  await writeSteps(work);
  await writeRuns(work);
  await writeRetries(work);
  await writeItems(work);
}

/** Deletes the data of events that no function needs any more. Their rows stay until the pruner deletes them. */
export async function clearUsedUpEventData(work: UnitOfWork): Promise<void> {
  const ids = work.usedUpEvents;
  work.usedUpEvents = [];
  if (ids.length > 0)
    await work.tx.query("/* prepared */ update engine.event set data = '' where id = any($1::text[])", [ids]);
}

async function writeNewRuns(work: UnitOfWork): Promise<void> {
  const runs = await leaveOutDuplicateRuns(work, work.newRuns);
  work.newRuns = [];
  if (runs.length === 0) return;
  const now = work.ctx.clock.now();
  await work.tx.query(
    `/* prepared */
     insert into engine.run (id, function_id, event_ids, lane, owner, created_at)
     select r.id, function_id, array[event_id], lane, e.owner, $5
       from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as r(id, function_id, event_id, lane)
       join engine.event e on e.id = event_id`,
    [
      runs.map((run) => run.id),
      runs.map((run) => run.fn.id),
      runs.map((run) => run.event.id),
      runs.map((run) => run.lane),
      new Date(now),
    ],
  );
  for (const { id, fn, lane, event, dueAt } of runs) {
    work.newItems.push({
      runId: id,
      functionId: fn.id,
      lane,
      kind: "call",
      stepId: DISCOVERY_STEP_ID,
      dueAt,
      follows: null,
    });
    work.ctx.events.add(event);
  }
}

async function writeBatchItems(work: UnitOfWork): Promise<void> {
  const items = work.newBatchItems;
  work.newBatchItems = [];
  if (items.length === 0) return;
  await work.tx.query(
    `/* prepared */
     insert into engine.batch_item (function_id, key, event_id, bytes, added_at)
     select *, $5::timestamptz from unnest($1::text[], $2::text[], $3::text[], $4::int[])`,
    [
      items.map((item) => item.functionId),
      items.map((item) => item.key),
      items.map((item) => item.eventId),
      items.map((item) => item.bytes),
      new Date(work.ctx.clock.now()),
    ],
  );
  work.effects.ready = true;
}

async function writeSteps(work: UnitOfWork): Promise<void> {
  const steps = work.newSteps;
  work.newSteps = [];
  if (steps.length === 0) return;
  const date = (ms: number | null) => (ms === null ? null : new Date(ms));
  await work.tx.query(
    `/* prepared */
     insert into engine.step (run_id, id, seq, op, name, memo, attempt, started_at, ended_at)
     select *, $9::timestamptz
       from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::int[], $8::timestamptz[])
     on conflict (run_id, id) do nothing`,
    [
      steps.map((step) => step.runId),
      steps.map((step) => step.id),
      steps.map((step) => step.seq),
      steps.map((step) => step.op),
      steps.map((step) => step.name.replaceAll("\u0000", "\uFFFD")),
      steps.map((step) => step.memo),
      steps.map((step) => step.attempt),
      steps.map((step) => date(step.startedAt)),
      new Date(work.ctx.clock.now()),
    ],
  );
}

/** Writes the changed runs, and removes their done items and all items of ended runs. */
async function writeRuns(work: UnitOfWork): Promise<void> {
  const runs = [...work.changed];
  work.changed.clear();
  const ended = work.ended.map((run) => run.id);
  const { doneItems } = work;
  work.doneItems = [];
  if (runs.length + doneItems.length + ended.length === 0) return;
  const now = new Date(work.ctx.clock.now());
  await work.tx.query(
    `/* prepared */
     with removed as (
       delete from engine.item where id = any($12::bigint[]) or run_id = any($13::text[])
     )
     update engine.run r
        set status = c.status, pending = c.pending::text[], force_plan = c.force_plan, eager = c.eager,
            step_count = c.step_count, state_bytes = c.state_bytes, started_at = c.started_at,
            output = c.output, error = c.error, ended_at = case
              when c.status = 'running' then null else $11::timestamptz end
       from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::boolean[], $6::int[], $7::bigint[],
         $8::timestamptz[], $9::text[], $10::text[])
         as c(id, status, pending, force_plan, eager, step_count, state_bytes, started_at, output, error)
      where r.id = c.id`,
    [
      runs.map((run) => run.id),
      runs.map((run) => run.status),
      runs.map((run) => `{${[...run.pending].join(",")}}`),
      runs.map((run) => run.forcePlan),
      runs.map((run) => run.eager),
      runs.map((run) => run.stepCount),
      runs.map((run) => run.stateBytes),
      runs.map((run) => run.startedAt),
      runs.map((run) => run.output),
      runs.map((run) => run.error),
      now,
      doneItems,
      ended,
    ],
  );
  if (ended.length === 0) return;
  work.newItems = work.newItems.filter((item) => !ended.includes(item.runId));
  // The end of a run may free room in a concurrency limit, so that another call can be leased.
  work.effects.ready = true;
}

async function writeRetries(work: UnitOfWork): Promise<void> {
  const { retries } = work;
  work.retries = [];
  if (retries.length === 0) return;
  await work.tx.query(
    `/* prepared */
     update engine.item i
        set state = 'timer', attempt = r.attempt, due_at = r.due_at, lost = 0, lease_token = null, leased_by = null,
          lease_until = null
       from unnest($1::bigint[], $2::int[], $3::timestamptz[]) as r(id, attempt, due_at) where i.id = r.id`,
    [
      retries.map((retry) => retry.itemId),
      retries.map((retry) => retry.attempt),
      retries.map((retry) => new Date(retry.dueAt)),
    ],
  );
  for (const retry of retries) work.noteDue(retry.dueAt);
  work.effects.ready = true;
}

/**
 * Inserts new items of work. The next call of a run is inserted together with its lease, if this process may continue
 * the run. So a run of many steps costs one transaction for each step, not two.
 */
async function writeItems(work: UnitOfWork): Promise<void> {
  const items = work.newItems;
  work.newItems = [];
  if (items.length === 0) return;
  const token = work.ctx.newToken();
  const followed = new Set<LeasedCall>();
  const held = items.map((item) => {
    if (!work.sticky || !item.follows || item.dueAt !== null || followed.has(item.follows)) return false;
    followed.add(item.follows);
    return true;
  });
  const rows = await work.tx.query<{ id: string; run_id: string; step_id: string }>(
    `/* prepared */
     insert into engine.item (run_id, function_id, lane, kind, step_id, due_at, state, lease_token, leased_by,
       lease_until)
     select run_id, function_id, lane, kind, step_id, due_at,
            case when held then 'leased' when due_at is null then 'ready' else 'timer' end,
            case when held then $8 end, case when held then $9::int end,
            case when held then now() + make_interval(secs => ${LEASE_SECONDS}) end
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[])
         as n(run_id, function_id, lane, kind, step_id, due_at, held)
     returning id, run_id, step_id`,
    [
      items.map((item) => item.runId),
      items.map((item) => item.functionId),
      items.map((item) => item.lane),
      items.map((item) => item.kind),
      items.map((item) => item.stepId),
      items.map((item) => (item.dueAt === null ? null : new Date(item.dueAt))),
      held,
      token,
      work.ctx.processNum,
    ],
  );
  const ids = new Map(rows.map((row) => [`${row.run_id} ${row.step_id}`, row.id]));
  for (const [index, item] of items.entries()) {
    if (held[index])
      work.effects.continuations.push(
        continuation(work, item, { itemId: ids.get(`${item.runId} ${item.stepId}`) ?? "", token }),
      );
    else if (item.dueAt === null) work.effects.ready = true;
    else work.noteDue(item.dueAt);
  }
}

function continuation(
  work: UnitOfWork,
  item: NewWorkItem,
  { itemId, token }: { itemId: string; token: string },
): LeasedCall {
  const before = item.follows as LeasedCall;
  const run = work.runs.get(item.runId);
  const added = run?.added ?? [];
  // If parallel calls have added steps in other transactions, steps are missing here. The next call reads all of them.
  const complete = before.steps.length + added.length === run?.stepCount;
  return {
    ...before,
    itemId,
    token,
    stepId: item.stepId,
    attempt: 0,
    lost: 0,
    forcePlan: run?.forcePlan ?? false,
    steps: complete ? [...before.steps, ...added] : [],
    stepsStale: !complete,
    calledAt: 0,
  };
}
