import { EngineEvent } from "../event";
import type { SerializedError } from "../types";
import { loadEvents } from "./load";
import { routeEvents, triggered } from "./route";
import type { RunState } from "./state";
import type { Effects, UnitOfWork } from "./unit-of-work";
import { insertEvents, writeChanges } from "./write";

const SYSTEM_EVENTS = ["inngest/function.finished", "inngest/function.failed", "inngest/function.cancelled"];

/**
 * Writes a unit of work. Sends the events of ended runs to the functions that listen to them, as Inngest does. Such
 * an event may end further runs.
 */
export async function finish(work: UnitOfWork): Promise<Effects> {
  for (;;) {
    await writeChanges(work);
    const { ended } = work;
    if (ended.length === 0) return work.effects;
    work.ended = [];
    await sendSystemEvents(work, ended);
  }
}

/** These events are stored only where something listens: for most runs they would be pure cost. */
async function sendSystemEvents(work: UnitOfWork, ended: RunState[]): Promise<void> {
  const listens = (name: string) => work.ctx.functions.listeners(name).length > 0;
  if (!SYSTEM_EVENTS.some(listens)) return;
  const events = await loadEvents(
    work.ctx,
    work.tx,
    ended.flatMap((run) => run.eventIds),
  );
  const sent = ended
    .flatMap((run) =>
      systemEvents(
        work,
        run,
        run.eventIds.map((id) => events.get(id)).filter((event) => event !== undefined),
      ),
    )
    .filter((event) => work.ctx.functions.listeners(event.name).some((fn) => triggered(fn, event)));
  routeEvents(work, await insertEvents(work.tx, sent, true));
}

function systemEvents(work: UnitOfWork, run: RunState, events: EngineEvent[]): EngineEvent[] {
  const [first] = events;
  // The end of a run that itself was started by such an event sends none, or they would never end.
  if (!first || SYSTEM_EVENTS.includes(first.name)) return [];
  const error = run.error === null ? undefined : (JSON.parse(run.error) as SerializedError);
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
  const names = run.status === "completed" ? ["finished"] : ["finished", run.status];
  return names.map(
    (name) =>
      new EngineEvent({
        id: work.ctx.newId(),
        name: `inngest/function.${name}`,
        data,
        ts: now,
        externalId: name === "finished" ? null : run.id,
        v: null,
        user: null,
        receivedAt: now,
        owner: work.ctx.ownerOf(first.view.data as Record<string, unknown>),
      }),
  );
}
