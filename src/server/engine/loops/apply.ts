import type { EngineContext } from "../context";
import { isRefusal } from "../db";
import type { Problems } from "../health";
import type { CallResult } from "../protocol/call";
import { applyResult } from "../run/apply-result";
import { finish } from "../run/finish";
import { readItems } from "../run/state";
import { UnitOfWork, type Effects } from "../run/unit-of-work";
import type { LeasedCall } from "../types";
import { Loop } from "./loop";

export type Outcome = { call: LeasedCall; result: CallResult };

const RESULTS_MAX = 200;

/**
 * Writes the results of calls. One transaction writes all results since the last commit. A result is dropped if its
 * lease was lost or its run has ended.
 */
export class Applier {
  readonly #ctx: EngineContext;
  readonly #loop: Loop;
  readonly #sticky: () => boolean;
  readonly #onApplied: (calls: LeasedCall[], effects: Effects) => void;
  #queue: Outcome[] = [];

  constructor(
    ctx: EngineContext,
    problems: Problems,
    { sticky, onApplied }: { sticky: () => boolean; onApplied: (calls: LeasedCall[], effects: Effects) => void },
  ) {
    this.#ctx = ctx;
    this.#sticky = sticky;
    this.#onApplied = onApplied;
    this.#loop = new Loop("writing results", problems, () => this.#round());
  }

  push(outcome: Outcome): void {
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

  async #write(outcomes: Outcome[]): Promise<void> {
    try {
      const effects = await this.#commit(outcomes);
      this.#onApplied(
        outcomes.map((outcome) => outcome.call),
        effects,
      );
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (outcomes.length > 1) for (const outcome of outcomes) await this.#write([outcome]);
      else for (const outcome of outcomes) await this.#writeRefused(outcome, error as Error);
    }
  }

  /** Writes a failed try in place of a result that PostgreSQL refuses. */
  async #writeRefused({ call, result }: Outcome, { name, message }: Error): Promise<void> {
    this.#ctx.log.error({ runId: call.runId, err: message }, "engine: a result could not be stored");
    const known = result.kind === "threw" && result.error.name === "StorageError";
    if (known) return this.#onApplied([call], { ready: false, dueAt: null, continuations: [], ended: 0 });
    const error = { name: "StorageError", message: `The result could not be stored: ${name}: ${message}` };
    await this.#write([{ call, result: { kind: "threw", error, noRetry: false, retryAfterMs: null } }]);
  }

  async #commit(outcomes: Outcome[]): Promise<Effects> {
    return this.#ctx.db.tx(async (tx) => {
      const work = new UnitOfWork(this.#ctx, tx, this.#sticky());
      await work.lock(outcomes.map(({ call }) => call.runId));
      const items = await readItems(
        tx,
        outcomes.map(({ call }) => call.itemId),
      );
      for (const { call, result } of outcomes) {
        const item = items.get(call.itemId);
        const run = work.run(call.runId);
        if (run && item?.state === "leased" && item.token === call.token) applyResult(work, { run, call, result });
        else
          this.#ctx.log.debug({ runId: call.runId, itemId: call.itemId }, "engine: dropped the result of a lost lease");
      }
      return finish(work);
    });
  }
}
