import { setImmediate as nextTurn } from "node:timers/promises";
import { isExpressionTrue, evaluateKeyExpression } from "../expression";
import { type EngineEvent } from "../event";
import type { FunctionConfig } from "../sync/function-config";
import { makeRun } from "./make-run";
import type { UnitOfWork } from "./unit-of-work";

/**
 * The length from which an event is long, in characters. Parsing takes 2 ms a megabyte, so other work gets a turn after
 * a long event.
 */
const LARGE_CHARS = 100_000;

/**
 * Creates runs, or entries of waiting batches, for the functions that listen to these events. The events are stored
 * already or in this transaction.
 */
export async function routeEvents(work: UnitOfWork, events: EngineEvent[]): Promise<void> {
  for (const event of events) {
    for (const fn of work.ctx.functions.listeners(event.name)) startFunction(work, fn, event);
    if (event.fields.data.length > LARGE_CHARS) await nextTurn();
  }
}

/** Tells whether an event starts the function: its name and the condition of one trigger must fit. */
export function isTriggeredBy(fn: FunctionConfig, event: EngineEvent): boolean {
  return fn.eventTriggers.some(
    (trigger) => trigger.event === event.name && (!trigger.if || isExpressionTrue(trigger.if, event.view)),
  );
}

function startFunction(work: UnitOfWork, fn: FunctionConfig, event: EngineEvent): void {
  if (!isTriggeredBy(fn, event)) return;
  const { batch } = fn;
  if (batch && (!batch.if || isExpressionTrue(batch.if, event.view))) {
    const key = batch.key ? evaluateKeyExpression(batch.key, event.view) : "";
    work.newBatchItems.push({ functionId: fn.id, key, eventId: event.id, bytes: event.fields.data.length });
    return;
  }
  // An event that does not meet the condition of the batch starts a run of its own, as on an Inngest server.
  const { ts, externalId } = event.fields;
  const dueAt = ts > work.ctx.clock.now() ? ts : null;
  work.newRuns.push(makeRun(work.ctx, fn, { event, dueAt, idempotencyKey: externalId }));
}
