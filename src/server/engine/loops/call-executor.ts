import type { EngineContext } from "../context";
import { callFunction, type CallResult, type ServeHandlerTarget } from "../protocol/call-function";
import { loadEvents, loadStepMemos } from "../run/load-events";
import type { LeasedCall } from "../types";
import type { CallWithResult } from "./call-result-applier";

/**
 * How many times a call may be lost with its process before the engine counts a failed try. A call may itself crash the
 * process.
 */
const LOST_MAX = 10;

/**
 * Executes the leased calls of this process. `held` lists calls until their results are written, so that sweeps renew
 * their leases.
 */
export class CallExecutor {
  readonly held = new Map<string, LeasedCall>();
  readonly #ctx: EngineContext;
  readonly #target: ServeHandlerTarget;
  readonly #onResult: (outcome: CallWithResult) => void;

  constructor(ctx: EngineContext, target: ServeHandlerTarget, onResult: (outcome: CallWithResult) => void) {
    this.#ctx = ctx;
    this.#target = target;
    this.#onResult = onResult;
  }

  start(calls: LeasedCall[]): void {
    for (const call of calls) this.held.set(call.itemId, call);
    void this.#load(calls).then(
      () => calls.forEach((call) => void this.#call(call)),
      (error: Error) => {
        // The requests of these calls cannot be built. The calls leave `held`, and a later sweep releases their leases.
        this.#ctx.log.error({ err: error }, "engine: events or steps of a run could not be read");
        for (const call of calls) this.held.delete(call.itemId);
      },
    );
  }

  async #load(calls: LeasedCall[]): Promise<void> {
    const stale = calls.filter((call) => call.stepsStale);
    const [events, steps] = await Promise.all([
      loadEvents(
        this.#ctx,
        this.#ctx.db,
        calls.filter((call) => call.events.length === 0).flatMap((call) => call.eventIds),
      ),
      loadStepMemos(
        this.#ctx.db,
        stale.map((call) => call.runId),
      ),
    ]);
    for (const call of stale) call.steps = steps.get(call.runId) ?? [];
    for (const call of calls) {
      if (call.events.length > 0) continue;
      call.events = call.eventIds.map((id) => events.get(id)).filter((event) => event !== undefined);
    }
  }

  async #call(call: LeasedCall): Promise<void> {
    call.calledAt = this.#ctx.clock.now();
    this.#onResult({ call, result: await this.#result(call) });
  }

  async #result(call: LeasedCall): Promise<CallResult> {
    const fn = this.#ctx.functions.get(call.functionId);
    const problem = !fn
      ? "This process does not have the function"
      : call.lost >= LOST_MAX
        ? `The process died or stalled ${call.lost} times during this call`
        : call.events.length < call.eventIds.length
          ? "Events of the run are gone from the database"
          : null;
    if (fn && !problem) return callFunction(this.#target, call, fn.attemptsMax);
    const error = { name: "EngineError", message: problem ?? "" };
    return { kind: "threw", error, noRetry: false, retryAfterMs: null };
  }
}
