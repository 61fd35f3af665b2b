import type { EngineContext } from "../context";
import type { EngineEvent } from "../event";
import { keyOf } from "../expression";
import { flowKey, rankOf } from "./flow-control";
import { LANE_SEPARATOR, type FunctionConfig } from "../sync/function-config";
import type { NewRun } from "./unit-of-work";

type Options = Partial<Pick<NewRun, "dueAt" | "idempotencyKey" | "parent" | "settled">>;

/** A run of one event. The keys of its limits are fixed here, as on an Inngest server. */
export function newRun(ctx: EngineContext, fn: FunctionConfig, event: EngineEvent, options: Options = {}): NewRun {
  const keys = fn.concurrency
    .filter((limit) => limit.key)
    .map((limit) => (limit.key ? keyOf(limit.key, event.view) : ""));
  const { throttle = null, debounce = null } = fn.flow ?? {};
  const throttleKey = throttle && flowKey(throttle.key, event.view);
  const now = ctx.clock.now();
  const startAt = Math.max(now, options.dueAt ?? now);
  return {
    id: ctx.newId(),
    fn,
    event,
    lane: keys.join(LANE_SEPARATOR),
    parent: null,
    settled: false,
    ...options,
    // The throttle lets it go, once its time has come.
    dueAt: startAt > now || throttleKey !== null ? startAt : null,
    // As on an Inngest server event ids do not count where a debounce chooses among events.
    idempotencyKey: debounce ? null : (options.idempotencyKey ?? null),
    rank: rankOf(fn, event.view, startAt),
    throttleKey,
  };
}
