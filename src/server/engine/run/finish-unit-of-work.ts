import { EngineEvent } from "../event";
import type { RunError } from "../types";
import { loadEvents } from "./load-events";
import { routeEvents, isTriggeredBy } from "./route-events";
import type { LockedRun } from "./locked-run";
import type { WorkAfterCommit, UnitOfWork } from "./unit-of-work";
import { insertEvents, clearUsedUpEventData, writeCollectedChanges } from "./write-collected-changes";

const SYSTEM_EVENT_PREFIX = "inngest/function.";
const FINISHED = `${SYSTEM_EVENT_PREFIX}finished`;

/**
 * Writes all changes of a unit of work to the database. Functions that listen to `inngest/function.finished`, `.failed`
 * or `.cancelled` get these events about the ended runs. A further round writes the runs that these events start.
 */
export async function finishUnitOfWork(work: UnitOfWork): Promise<WorkAfterCommit> {
  for (;;) {
    await writeCollectedChanges(work);
    const { ended } = work;
    if (ended.length === 0) {
      await clearUsedUpEventData(work);
      return work.effects;
    }
    work.ended = [];
    await sendSystemEvents(work, ended);
  }
}

/**
 * Sends the events about ended runs, if a function listens to them. Otherwise it skips them, because loading the runs'
 * own events costs queries.
 */
async function sendSystemEvents(work: UnitOfWork, ended: LockedRun[]): Promise<void> {
  const { functions } = work.ctx;
  const heard = ended.filter((run) => endingsOf(run).some((name) => functions.listeners(name).length > 0));
  if (heard.length === 0) return;
  const events = await loadEvents(
    work.ctx,
    work.tx,
    heard.flatMap((run) => run.eventIds),
  );
  const sent = heard
    .flatMap((run) =>
      systemEvents(
        work,
        run,
        run.eventIds.map((id) => events.get(id)).filter((event) => event !== undefined),
      ),
    )
    .filter((event) => functions.listeners(event.name).some((fn) => isTriggeredBy(fn, event)));
  await routeEvents(work, await insertEvents(work.tx, sent, true));
}

/** Returns the names of the events that announce the end of a run. */
const endingsOf = ({ status }: LockedRun): string[] =>
  (status === "completed" ? ["finished"] : ["finished", status]).map((ending) => SYSTEM_EVENT_PREFIX + ending);

function systemEvents(work: UnitOfWork, run: LockedRun, events: EngineEvent[]): EngineEvent[] {
  const [first] = events;
  // A run that such an event has started announces no end. Otherwise each announcement would lead to another, forever.
  if (!first || first.name.startsWith(SYSTEM_EVENT_PREFIX)) return [];
  const error = run.error === null ? undefined : (JSON.parse(run.error) as RunError);
  const now = work.ctx.clock.now();
  const data = JSON.stringify({
    function_id: run.functionId,
    run_id: run.id,
    event: first.view,
    events: events.map((event) => event.view),
    ...(error ? { error: { ...error, error: `${error.name}: ${error.message}` } } : {}),
    ...(run.status === "completed" ? { result: JSON.parse(run.output ?? "null") as unknown } : {}),
    _inngest: {
      status: { completed: "Completed", failed: "Failed", cancelled: "Cancelled", running: "Running" }[run.status],
    },
  });
  return endingsOf(run).map(
    (name) =>
      new EngineEvent({
        id: work.ctx.newId(),
        name,
        data,
        ts: now,
        externalId: name === FINISHED ? null : run.id,
        v: null,
        user: null,
        receivedAt: now,
        owner: work.ctx.ownerOf(first.view.data as Record<string, unknown>),
      }),
  );
}
