import type { EngineContext } from "../context";
import { isRefusedByDatabase } from "../engine-database";
import type { EngineProblems } from "../engine-problems";
import type { CallResult } from "../protocol/call-function";
import { applyCallResult } from "../run/apply-call-result";
import { finishUnitOfWork } from "../run/finish-unit-of-work";
import { readLockedWorkItems } from "../run/locked-run";
import { UnitOfWork, type WorkAfterCommit } from "../run/unit-of-work";
import type { LeasedCall } from "../types";
import { WakeableLoop } from "./wakeable-loop";

export type CallWithResult = { call: LeasedCall; result: CallResult };

const RESULTS_MAX = 200;

/**
 * Writes the results of executed calls. Up to 200 results share one transaction. A result is dropped if its call's
 * lease was lost or its run has ended.
 */
export class CallResultApplier {
  readonly #ctx: EngineContext;
  readonly #loop: WakeableLoop;
  readonly #sticky: () => boolean;
  readonly #onApplied: (calls: LeasedCall[], effects: WorkAfterCommit) => void;
  #queue: CallWithResult[] = [];

  constructor(
    ctx: EngineContext,
    problems: EngineProblems,
    {
      sticky,
      onApplied,
    }: { sticky: () => boolean; onApplied: (calls: LeasedCall[], effects: WorkAfterCommit) => void },
  ) {
    this.#ctx = ctx;
    this.#sticky = sticky;
    this.#onApplied = onApplied;
    this.#loop = new WakeableLoop("writing results", problems, () => this.#round());
  }

  push(outcome: CallWithResult): void {
    this.#queue.push(outcome);
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #round(): Promise<void> {
    while (this.#queue.length > 0) {
      const outcomes = this.#queue.slice(0, RESULTS_MAX);
      await this.#write(outcomes);
      this.#queue.splice(0, outcomes.length);
    }
  }

  async #write(outcomes: CallWithResult[]): Promise<void> {
    try {
      const effects = await this.#commit(outcomes);
      this.#onApplied(
        outcomes.map((outcome) => outcome.call),
        effects,
      );
    } catch (error) {
      if (!isRefusedByDatabase(error)) throw error;
      if (outcomes.length > 1) for (const outcome of outcomes) await this.#write([outcome]);
      else for (const outcome of outcomes) await this.#writeRefused(outcome, error as Error);
    }
  }

  /**
   * Records a failed try if PostgreSQL refuses the data of a result. If PostgreSQL refuses even that record, the call
   * is left to a sweep, which releases its lease.
   */
  async #writeRefused({ call, result }: CallWithResult, { name, message }: Error): Promise<void> {
    this.#ctx.log.error({ runId: call.runId, err: message }, "engine: a result could not be stored");
    const known = result.kind === "threw" && result.error.name === "StorageError";
    if (known) return this.#onApplied([call], { ready: false, dueAt: null, continuations: [] });
    const error = { name: "StorageError", message: `The result could not be stored: ${name}: ${message}` };
    await this.#write([{ call, result: { kind: "threw", error, noRetry: false, retryAfterMs: null } }]);
  }

  async #commit(outcomes: CallWithResult[]): Promise<WorkAfterCommit> {
    return this.#ctx.db.tx(async (tx) => {
      const work = new UnitOfWork(this.#ctx, tx, this.#sticky());
      await work.lock(outcomes.map(({ call }) => call.runId));
      const items = await readLockedWorkItems(
        tx,
        outcomes.map(({ call }) => call.itemId),
      );
      for (const { call, result } of outcomes) {
        const item = items.get(call.itemId);
        const run = work.run(call.runId);
        if (run && item?.state === "leased" && item.token === call.token) applyCallResult(work, { run, call, result });
        else
          this.#ctx.log.debug({ runId: call.runId, itemId: call.itemId }, "engine: dropped the result of a lost lease");
      }
      return finishUnitOfWork(work);
    });
  }
}
