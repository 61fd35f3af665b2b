import { parseWaitEnd } from "../sync/duration";
import type { CallResult, FunctionOperation } from "../protocol/call-function";
import type { LeasedCall } from "../types";
import type { LockedRun } from "./locked-run";
import type { UnitOfWork } from "./unit-of-work";

const RETRIES_UNKNOWN_FUNCTION = 5;

/**
 * Applies the result of one call to its run, by the rules of Inngest's executor. The caller has locked the run and
 * checked the lease.
 */
export function applyCallResult(
  work: UnitOfWork,
  { run, call, result }: { run: LockedRun; call: LeasedCall; result: CallResult },
): void {
  run.startedAt ??= new Date(call.calledAt);
  work.changed.add(run);
  switch (result.kind) {
    case "returned":
      work.doneItems.push(call.itemId);
      return work.end(run, "completed", { output: result.output });
    case "threw":
      if (retried(work, call, result)) return;
      work.doneItems.push(call.itemId);
      return work.end(run, "failed", { error: result.error });
    case "ops":
      return applyOps(work, { run, call, result });
    default:
      result satisfies never;
  }
}

type Failed = { noRetry: boolean; retryAfterMs: number | null };

/** Schedules the next try of a failed call. Returns false if no try is left, or if the error forbids one. */
function retried(work: UnitOfWork, call: LeasedCall, { noRetry, retryAfterMs }: Failed): boolean {
  const attemptsMax = work.ctx.functions.get(call.functionId)?.attemptsMax ?? RETRIES_UNKNOWN_FUNCTION;
  const attempt = call.attempt + 1;
  if (noRetry || attempt >= attemptsMax) return false;
  const dueAt = work.ctx.clock.now() + (retryAfterMs ?? work.ctx.backoff(call.attempt));
  work.retries.push({ itemId: call.itemId, attempt, dueAt });
  return true;
}

function applyOps(
  work: UnitOfWork,
  { run, call, result }: { run: LockedRun; call: LeasedCall; result: CallResult & { kind: "ops" } },
): void {
  const { ops } = result;
  if (ops.some((op) => op.op === "StepError") && retried(work, call, result)) return;
  if (ops.length === 0 && run.pending.size === 0) {
    const error = { name: "ProtocolError", message: "The function neither ended nor named a next step" };
    return applyCallResult(work, { run, call, result: { kind: "threw", error, noRetry: false, retryAfterMs: null } });
  }
  work.doneItems.push(call.itemId);
  if (ops.length > 1) run.forcePlan = true;
  if (result.eager || ops.some((op) => op.opts?.parallelMode === "race")) run.eager = true;
  let completed = false;
  for (const op of ops) {
    if (run.status !== "running") return;
    // A function with parallel steps reports its unfinished steps again. A step that is already pending is skipped.
    if (op.op !== "StepRun" && op.op !== "StepError" && op.op !== "StepFailed" && run.pending.has(op.id)) continue;
    completed = applyOp(work, { run, call, op }) || completed;
  }
  if (completed) work.discover(run, call);
}

/**
 * Applies one step operation of a function's answer, such as StepRun or Sleep. An operation that the engine lacks ends
 * the run as failed. Returns true if the operation completed a step.
 */
function applyOp(
  work: UnitOfWork,
  { run, call, op }: { run: LockedRun; call: LeasedCall; op: FunctionOperation },
): boolean {
  const now = work.ctx.clock.now();
  switch (op.op) {
    case "StepRun":
      return complete(work, { run, call, op, memo: `{"data":${JSON.stringify(op.data ?? null)}}` });
    case "StepError":
    case "StepFailed":
      return complete(work, {
        run,
        call,
        op,
        memo: JSON.stringify({ error: op.error ?? { name: "Error", message: "The step failed" } }),
      });
    case "StepPlanned":
      run.pending.add(op.id);
      work.addItem(run, { kind: "call", stepId: op.id, dueAt: null, follows: call });
      return false;
    case "Sleep": {
      const dueAt = parseWaitEnd(op.name ?? "", now);
      if (dueAt === null) return refuse(work, run, `step.sleep: "${op.name ?? ""}" is neither a duration nor a date`);
      run.pending.add(op.id);
      work.addItem(run, { kind: "sleep", stepId: op.id, dueAt });
      return false;
    }
    case "RunComplete":
      work.end(run, "completed", { output: JSON.stringify(op.data ?? null) });
      return false;
    default:
      return refuse(work, run, unsupportedStep(op));
  }
}

function complete(
  work: UnitOfWork,
  { run, call, op, memo }: { run: LockedRun; call: LeasedCall; op: FunctionOperation; memo: string },
): boolean {
  const name = op.displayName ?? op.name ?? op.id;
  return work.completeStep(run, { id: op.id, op: op.op, name, memo, attempt: call.attempt, startedAt: call.calledAt });
}

function refuse(work: UnitOfWork, run: LockedRun, message: string): false {
  work.end(run, "failed", { error: { name: "UnsupportedStepError", message } });
  return false;
}

/** The names by which the SDK's users know these operations. */
const STEP_NAMES: Record<string, string> = {
  WaitForEvent: "step.waitForEvent",
  WaitForSignal: "step.waitForSignal",
  InvokeFunction: "step.invoke",
  Gateway: "step.fetch",
  AIGateway: "step.ai",
};

function unsupportedStep(op: FunctionOperation): string {
  const asked = STEP_NAMES[op.op] ?? op.op;
  return (
    `The step "${op.displayName ?? op.id}" is a ${asked}, which the embedded engine does not do. ` +
    "Use step.run, step.sleep, step.sleepUntil or step.sendEvent, or run this function on an Inngest server"
  );
}
