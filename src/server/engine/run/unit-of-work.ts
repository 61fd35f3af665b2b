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
  /**
   * The key against duplicates. A second run of the function with the same key does not start within 24 h, nor while
   * the first one runs. Null: no such check.
   */
  idempotencyKey: string | null;
};

export type NewWorkItem = {
  runId: string;
  functionId: string;
  lane: string;
  kind: WorkItemKind;
  stepId: string;
  dueAt: number | null;
  /**
   * The call whose result led to this item. This process may then execute the new item without another lease. Null:
   * none.
   */
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

/** The work of the process after the commit of a transaction. */
export type WorkAfterCommit = {
  /** Whether some calls may be leased now. */
  ready: boolean;
  /** The end of the earliest new wait, in ms since 1970; null without a wait. */
  dueAt: number | null;
  /** The calls that were inserted with a lease of this process, to execute at once. */
  continuations: LeasedCall[];
};

const STEPS_MAX = 1000;
const MEMO_BYTES_MAX = 4 * 1024 * 1024;
const STATE_BYTES_MAX = 32 * 1024 * 1024;

type StepDone = { id: string; op: string; name: string; memo: string; attempt: number; startedAt: number | null };

/**
 * Collects the changes of one transaction: results, runs, steps, items of work and batch entries. Its methods apply the
 * rules of Inngest's protocol to objects in memory. `finishUnitOfWork` then writes the changes with a few statements.
 */
export class UnitOfWork {
  readonly tx: EngineTransaction;
  readonly ctx: EngineContext;
  /** Whether the next call of a run may be inserted with a lease of this process, and so execute here at once. */
  readonly sticky: boolean;
  readonly runs = new Map<string, LockedRun>();
  readonly changed = new Set<LockedRun>();
  readonly effects: WorkAfterCommit = { ready: false, dueAt: null, continuations: [] };
  newRuns: NewRun[] = [];
  newItems: NewWorkItem[] = [];
  newSteps: NewStep[] = [];
  newBatchItems: NewBatchItem[] = [];
  doneItems: string[] = [];
  retries: { itemId: string; attempt: number; dueAt: number }[] = [];
  ended: LockedRun[] = [];
  /** The ids of events whose data no function needs any more. */
  usedUpEvents: string[] = [];

  constructor(ctx: EngineContext, tx: EngineTransaction, sticky = false) {
    this.tx = tx;
    this.ctx = ctx;
    this.sticky = sticky;
  }

  /** Locks the rows of these runs and loads them. Runs that have ended are left out. */
  async lock(ids: Iterable<string>): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.runs.has(id));
    for (const run of await lockRuns(this.tx, missing)) this.runs.set(run.id, run);
  }

  run(id: string): LockedRun | undefined {
    const run = this.runs.get(id);
    return run?.status === "running" ? run : undefined;
  }

  /**
   * Records the result of a completed step. Returns false if the step exceeds a limit of size or number, which ends the
   * run.
   */
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

  /**
   * Schedules the next call of the function after completed steps, once no other step is pending. An `eager` run does
   * not wait for pending steps (protocol version 1, or parallel mode "race").
   */
  discover(run: LockedRun, follows: LeasedCall | null): void {
    if (run.status !== "running" || (run.pending.size > 0 && !run.eager)) return;
    if (run.pending.size === 0 && run.forcePlan) {
      run.forcePlan = false;
      this.changed.add(run);
    }
    const planned = this.newItems.some((item) => item.runId === run.id && item.stepId === DISCOVERY_STEP_ID);
    if (!planned) this.addItem(run, { kind: "call", stepId: DISCOVERY_STEP_ID, dueAt: null, follows });
  }

  /** Completes a sleeping step whose time has come, and schedules the next call. */
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
  }

  /** Notes the end of a new wait, in ms since 1970, for the timer. */
  noteDue(dueAt: number): void {
    this.effects.dueAt = Math.min(this.effects.dueAt ?? Infinity, dueAt);
  }
}
