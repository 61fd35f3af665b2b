import type { EngineContext } from "../context";
import type { EngineEvent } from "../event";
import { evaluateKeyExpression } from "../expression";
import { makeLaneOfConcurrencyKeys, type FunctionConfig } from "../sync/function-config";
import type { NewRun } from "./unit-of-work";

type Options = Partial<Pick<NewRun, "dueAt" | "idempotencyKey">>;

/** Makes a run for one event. The values of its concurrency keys are computed only here, as on an Inngest server. */
export function makeRun(
  ctx: EngineContext,
  fn: FunctionConfig,
  { event, ...options }: Options & { event: EngineEvent },
): NewRun {
  const keys = fn.concurrency.flatMap(({ key }) => (key ? [evaluateKeyExpression(key, event.view)] : []));
  return {
    id: ctx.newId(),
    fn,
    event,
    lane: makeLaneOfConcurrencyKeys(keys),
    dueAt: null,
    idempotencyKey: null,
    ...options,
  };
}
