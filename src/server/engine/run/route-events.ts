import { setImmediate as nextTurn } from "node:timers/promises";
import { isExpressionTrue, evaluateKeyExpression } from "../expression";
import { type EngineEvent } from "../event";
import type { FunctionConfig } from "../sync/function-config";
import { makeRun } from "./make-run";
import type { UnitOfWork } from "./unit-of-work";

/**
 * The characters of a long event. Parsing an event for a key takes 2 ms a megabyte, so after a long event other work
 * gets a turn.
 */
const LARGE_CHARS = 100_000;

/** Starts the functions that listen to these events. The events are stored, or part of this transaction. */
export async function routeEvents(work: UnitOfWork, events: EngineEvent[]): Promise<void> {
  for (const event of events) {
    for (const fn of work.ctx.functions.listeners(event.name)) startFunction(work, fn, event);
    if (event.fields.data.length > LARGE_CHARS) await nextTurn();
  }
}

/** Tells whether one of the function's triggers accepts the event. */
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
  // An event that does not match the batch's condition starts its own run, as on an Inngest server.
  const { ts, externalId } = event.fields;
  const dueAt = ts > work.ctx.clock.now() ? ts : null;
  work.newRuns.push(makeRun(work.ctx, fn, { event, dueAt, idempotencyKey: externalId }));
}
