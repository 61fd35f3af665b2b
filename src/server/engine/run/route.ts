import { compileExpression, holds, keyOf, requiredMatch, valueAt } from "../expression";
import { type EngineEvent } from "../event";
import { loadEvents } from "./load";
import type { FunctionConfig } from "../sync/function-config";
import { newRun } from "./new-run";
import type { UnitOfWork } from "./unit-of-work";

/**
 * Hands events that are stored, or being stored in this transaction, to whatever listens: cancellations first, then
 * functions.
 */
export async function routeEvents(work: UnitOfWork, events: EngineEvent[]): Promise<void> {
  await cancelRuns(work, events);
  for (const event of events) {
    for (const fn of work.ctx.functions.listeners(event.name)) startFunction(work, fn, event);
  }
}

/** Whether one of the function's triggers takes the event. */
export function triggered(fn: FunctionConfig, event: EngineEvent): boolean {
  return fn.eventTriggers.some(
    (trigger) => trigger.event === event.name && (!trigger.if || holds(trigger.if, { event: event.view })),
  );
}

function startFunction(work: UnitOfWork, fn: FunctionConfig, event: EngineEvent): void {
  if (!triggered(fn, event)) return;
  const { batch } = fn;
  if (batch && (!batch.if || holds(batch.if, { event: event.view }))) {
    const key = batch.key ? keyOf(batch.key, event.view) : "";
    work.newBatchItems.push({ functionId: fn.id, key, eventId: event.id, bytes: event.fields.data.length });
    return;
  }
  // An event outside the batch's condition starts a run of its own, as on an Inngest server.
  const { ts, externalId } = event.fields;
  const dueAt = ts > work.ctx.clock.now() ? ts : null;
  work.newRuns.push(newRun(work.ctx, fn, event, { dueAt, idempotencyKey: externalId }));
}

type PauseRow = {
  run_id: string;
  expression: string | null;
  created_at: Date;
  first_event: string;
  n: number;
};

async function cancelRuns(work: UnitOfWork, events: EngineEvent[]): Promise<void> {
  const names = [...new Set(events.map((event) => event.name))];
  const paths = await work.tx.query<{ name: string; path: string }>(DISTINCT_PATHS, [names]);
  if (paths.length === 0) return;
  const probes = events.flatMap((event, n) =>
    paths
      .filter(({ name }) => name === event.name)
      .map(({ path }) => ({ n, name: event.name, path, value: path === "" ? "" : valueAt(event.view, path) })),
  );
  const rows = await work.tx.query<PauseRow>(MATCHING_PAUSES, [
    probes.map((probe) => probe.n),
    probes.map((probe) => probe.name),
    probes.map((probe) => probe.path),
    probes.map((probe) => probe.value),
    new Date(work.ctx.clock.now()),
  ]);
  if (rows.length === 0) return;
  await work.lock(rows.map((row) => row.run_id));
  const firsts = await loadEvents(
    work.ctx,
    work.tx,
    rows.map((row) => row.first_event),
  );
  for (const row of rows) {
    const event = events[row.n];
    const first = firsts.get(row.first_event);
    if (event && first) cancelRun(work, row, first, event);
  }
}

function cancelRun(work: UnitOfWork, pause: PauseRow, first: EngineEvent, event: EngineEvent): void {
  const run = work.run(pause.run_id);
  // An event that waited to be routed may be older than the run that it would cancel.
  if (!run || event.id === first.id || event.fields.receivedAt < pause.created_at.getTime()) return;
  if (pause.expression && !holds(compileExpression(pause.expression), { event: first.view, async: event.view })) return;
  work.end(run, "cancelled", {});
}

/** The pauses by which an event cancels the run. */
export function cancelPauses(
  fn: FunctionConfig,
  runId: string,
  event: EngineEvent,
  now: number,
): UnitOfWork["newPauses"] {
  return fn.cancelOn.map((cancel) => ({
    runId,
    eventName: cancel.event,
    expression: cancel.if?.source ?? null,
    match: cancel.if ? requiredMatch(cancel.if, event.view) : null,
    expiresAt: cancel.timeoutMs === null ? null : now + cancel.timeoutMs,
  }));
}

/** The few distinct paths among many pauses of a name: one index probe each. */
const DISTINCT_PATHS = `
  with recursive paths as (
    select n.name, (select min(match_path) from engine.pause where event_name = n.name) as path
      from unnest($1::text[]) as n(name)
    union all
    select p.name, (select min(match_path) from engine.pause where event_name = p.name and match_path > p.path)
      from paths p where p.path is not null
  )
  select name, path from paths where path is not null`;

const MATCHING_PAUSES = `
  select p.run_id, p.expression, p.created_at, r.event_ids[1] as first_event, probe.n
    from unnest($1::int[], $2::text[], $3::text[], $4::text[]) as probe(n, name, path, value)
    join engine.pause p on p.event_name = probe.name and p.match_path = probe.path and p.match_value = probe.value
    join engine.run r on r.id = p.run_id
   where p.expires_at is null or p.expires_at > $5
   order by probe.n, p.id`;
