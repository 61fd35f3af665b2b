import type { EngineContext } from "../context";
import type { EngineTransaction } from "../engine-database";
import type { EngineEvent } from "../event";
import type { FunctionConfig } from "../sync/function-config";
import { DISCOVERY_STEP_ID, type WorkItemKind, type LeasedCall, type RunStatus, type RunError } from "../types";
import { lockRuns, type LockedRun } from "./locked-run";

export type NewRun = {
  id: string;
  fn: FunctionConfig;
  event: EngineEvent;
  lane: string;
  dueAt: number | null;
  /** A second run of the same function and key does not start within 24 h. Null: no such limit. */
  idempotencyKey: string | null;
};

export type NewWorkItem = {
  runId: string;
  functionId: string;
  lane: string;
  kind: WorkItemKind;
  stepId: string;
  dueAt: number | null;
  /** The call that led to this item. After it, this process may continue the run without a new lease. */
  follows: LeasedCall | null;
};

export type NewStep = {
  runId: string;
  id: string;
  seq: number;
  op: string;
  name: string;
  memo: string;
  attempt: number;
  startedAt: number | null;
};

export type NewBatchItem = { functionId: string; key: string; eventId: string; bytes: number };

/** The signals to send after the commit. */
export type CommitEffects = {
  /** Whether calls may be leased now. */
  ready: boolean;
  /** The end of the earliest new wait, ms since 1970. */
  dueAt: number | null;
  /** The calls whose lease this process already holds. */
  continuations: LeasedCall[];
  /** The number of ended runs. */
  ended: number;
};

const STEPS_MAX = 1000;
const MEMO_BYTES_MAX = 4 * 1024 * 1024;
const STATE_BYTES_MAX = 32 * 1024 * 1024;

type StepDone = { id: string; op: string; name: string; memo: string; attempt: number; startedAt: number | null };

/**
 * Collects the changes of one transaction: many results, many events, many runs. Plain methods on loaded state
 * implement the rules of the protocol. `finishUnitOfWork` (finish.ts) then writes all changes in sets.
 */
export class UnitOfWork {
  readonly tx: EngineTransaction;
  readonly ctx: EngineContext;
  /** Whether a run may continue in this process at once, without a new lease. */
  readonly sticky: boolean;
  readonly runs = new Map<string, LockedRun>();
  readonly changed = new Set<LockedRun>();
  readonly effects: CommitEffects = { ready: false, dueAt: null, continuations: [], ended: 0 };
  newRuns: NewRun[] = [];
  newItems: NewWorkItem[] = [];
  newSteps: NewStep[] = [];
  newBatchItems: NewBatchItem[] = [];
  doneItems: string[] = [];
  retries: { itemId: string; attempt: number; dueAt: number }[] = [];
  ended: LockedRun[] = [];
  /** The events that no function needs any more. */
  usedUpEvents: string[] = [];

  constructor(ctx: EngineContext, tx: EngineTransaction, sticky = false) {
    this.tx = tx;
    this.ctx = ctx;
    this.sticky = sticky;
  }

  /** Locks runs. Afterwards `run` does not return a run that has ended. */
  async lock(ids: Iterable<string>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.runs.has(id));
    for (const run of await lockRuns(this.tx, missing)) this.runs.set(run.id, run);
  }

  run(id: string): LockedRun | undefined {
    const run = this.runs.get(id);
    return run?.status === "running" ? run : undefined;
  }

  /** Records a step's result. Returns false if the result exceeds a limit and ends the run. */
  completeStep(run: LockedRun, step: StepDone): boolean {
    const bytes = step.memo.length;
    const problem =
      bytes > MEMO_BYTES_MAX
        ? `step "${step.name}" returned more than 4 MiB`
        : run.stateBytes + bytes > STATE_BYTES_MAX
          ? "the results of its steps are more than 32 MiB"
          : run.stepCount >= STEPS_MAX
            ? `it has more than ${STEPS_MAX} steps`
            : null;
    if (problem) {
      this.end(run, "failed", { error: { name: "LimitError", message: `The run was stopped: ${problem}` } });
      return false;
    }
    run.pending.delete(step.id);
    this.newSteps.push({ runId: run.id, seq: run.stepCount, ...step });
    run.added.push({ id: step.id, memo: step.memo });
    run.stepCount += 1;
    run.stateBytes += bytes;
    this.changed.add(run);
    return true;
  }

  /** Calls the function again after completed steps, once no other step is pending (protocol version 2). */
  discover(run: LockedRun, follows: LeasedCall | null): void {
    if (run.status !== "running" || (run.pending.size > 0 && !run.eager)) return;
    if (run.pending.size === 0 && run.forcePlan) {
      run.forcePlan = false;
      this.changed.add(run);
    }
    const planned = this.newItems.some((item) => item.runId === run.id && item.stepId === DISCOVERY_STEP_ID);
    if (!planned) this.addItem(run, { kind: "call", stepId: DISCOVERY_STEP_ID, dueAt: null, follows });
  }

  /** Completes a sleep that has ended. */
  resume(run: LockedRun, step: Omit<StepDone, "attempt" | "startedAt">): void {
    if (!run.pending.has(step.id)) return;
    if (this.completeStep(run, { ...step, attempt: 0, startedAt: null })) this.discover(run, null);
  }

  addItem(
    run: LockedRun,
    {
      kind,
      stepId,
      dueAt,
      follows = null,
    }: { kind: WorkItemKind; stepId: string; dueAt: number | null; follows?: LeasedCall | null },
  ): void {
    this.newItems.push({ runId: run.id, functionId: run.functionId, lane: run.lane, kind, stepId, dueAt, follows });
  }

  end(run: LockedRun, status: Exclude<RunStatus, "running">, result: { output?: string; error?: RunError }): void {
    if (run.status !== "running") return;
    run.status = status;
    run.output = result.output ?? null;
    run.error = result.error ? JSON.stringify(result.error) : null;
    this.changed.add(run);
    this.ended.push(run);
    if (status === "completed" && this.ctx.usesEventsUp(run.functionId)) this.usedUpEvents.push(...run.eventIds);
    this.effects.ended += 1;
  }

  /** Records a due time, ms since 1970. */
  noteDue(dueAt: number): void {
    this.effects.dueAt = Math.min(this.effects.dueAt ?? Infinity, dueAt);
  }
}
