import type { EngineContext } from "../context";
import type { EngineEvent } from "../event";
import { keyOf } from "../expression";
import { LANE_SEPARATOR, type FunctionConfig } from "../sync/function-config";
import type { NewRun } from "./unit-of-work";

type Options = Partial<Pick<NewRun, "dueAt" | "idempotencyKey" | "parent">>;

/** A run of one event. The keys of its limits are fixed here, as on an Inngest server. */
export function newRun(ctx: EngineContext, fn: FunctionConfig, event: EngineEvent, options: Options = {}): NewRun {
  const keys = fn.concurrency.filter((limit) => limit.key).map((limit) => (limit.key ? keyOf(limit.key, event.view) : ""));
  return {
    id: ctx.newId(),
    fn,
    event,
    lane: keys.join(LANE_SEPARATOR),
    dueAt: null,
    idempotencyKey: null,
    parent: null,
    ...options,
  };
}
