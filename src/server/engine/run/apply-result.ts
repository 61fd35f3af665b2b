import { parseDue } from "../sync/duration";
import { compileExpression, requiredMatch, type Expression } from "../expression";
import type { CallResult, Op } from "../protocol/call";
import { EngineEvent } from "../event";
import type { LeasedCall, SerializedError } from "../types";
import type { RunState } from "./state";
import { newRun } from "./new-run";
import type { UnitOfWork } from "./unit-of-work";

const RETRIES_UNKNOWN_FUNCTION = 5;

/** What one call's result changes: the rules of Inngest's executor. The run is locked and the lease was checked. */
export function applyResult(work: UnitOfWork, run: RunState, call: LeasedCall, result: CallResult): void {
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
      return applyOps(work, run, call, result);
    default:
      result satisfies never;
  }
}

type Failed = { noRetry: boolean; retryAfterMs: number | null };

/** Puts the item off to its next try, if it has one left. */
function retried(work: UnitOfWork, call: LeasedCall, { noRetry, retryAfterMs }: Failed): boolean {
  const attemptsMax = work.ctx.functions.get(call.functionId)?.attemptsMax ?? RETRIES_UNKNOWN_FUNCTION;
  const attempt = call.attempt + 1;
  if (noRetry || attempt >= attemptsMax) return false;
  const dueAt = work.ctx.clock.now() + (retryAfterMs ?? work.ctx.backoff(call.attempt));
  work.retries.push({ itemId: call.itemId, attempt, dueAt });
  return true;
}

function applyOps(work: UnitOfWork, run: RunState, call: LeasedCall, result: CallResult & { kind: "ops" }): void {
  const { ops } = result;
  if (ops.some((op) => op.op === "StepError") && retried(work, call, result)) return;
  if (ops.length === 0 && run.pending.size === 0) {
    const error = { name: "ProtocolError", message: "The function neither ended nor named a next step" };
    return applyResult(work, run, call, { kind: "threw", error, noRetry: false, retryAfterMs: null });
  }
  work.doneItems.push(call.itemId);
  if (ops.length > 1) run.forcePlan = true;
  if (result.eager || ops.some((op) => op.opts?.parallelMode === "race")) run.eager = true;
  let completed = false;
  for (const op of ops) {
    if (run.status !== "running") return;
    // In eager mode steps that are already under way are reported again.
    if (op.op !== "StepRun" && op.op !== "StepError" && op.op !== "StepFailed" && run.pending.has(op.id)) continue;
    completed = applyOp(work, run, call, op) || completed;
  }
  if (completed) work.discover(run, call);
}

/** True if the op completed a step. */
function applyOp(work: UnitOfWork, run: RunState, call: LeasedCall, op: Op): boolean {
  const now = work.ctx.clock.now();
  switch (op.op) {
    case "StepRun":
      return complete(work, run, call, op, `{"data":${JSON.stringify(op.data ?? null)}}`);
    case "StepError":
    case "StepFailed":
      return complete(
        work,
        run,
        call,
        op,
        JSON.stringify({ error: op.error ?? { name: "Error", message: "The step failed" } }),
      );
    case "StepPlanned":
      run.pending.add(op.id);
      work.addItem(run, "call", op.id, null, call);
      return false;
    case "Sleep": {
      const dueAt = parseDue(op.name ?? "", now);
      if (dueAt === null) return refuse(work, run, `step.sleep: "${op.name ?? ""}" is neither a duration nor a date`);
      run.pending.add(op.id);
      work.addItem(run, "sleep", op.id, dueAt);
      return false;
    }
    case "WaitForEvent":
      return waitForEvent(work, run, op, now);
    case "InvokeFunction":
      return invoke(work, run, call, op, now);
    case "RunComplete":
      work.end(run, "completed", { output: JSON.stringify(op.data ?? null) });
      return false;
    default:
      return refuse(work, run, `the embedded engine does not support ${op.op} (step "${op.displayName ?? op.id}")`);
  }
}

function complete(work: UnitOfWork, run: RunState, call: LeasedCall, op: Op, memo: string): boolean {
  const name = op.displayName ?? op.name ?? op.id;
  return work.completeStep(run, { id: op.id, op: op.op, name, memo, attempt: call.attempt, startedAt: call.calledAt });
}

function refuse(work: UnitOfWork, run: RunState, message: string): false {
  work.end(run, "failed", { error: { name: "UnsupportedStepError", message } });
  return false;
}

function waitForEvent(work: UnitOfWork, run: RunState, op: Op, now: number): false {
  const source = typeof op.opts?.if === "string" ? op.opts.if : null;
  const expiresAt = parseDue(String(op.opts?.timeout ?? ""), now);
  if (expiresAt === null)
    return refuse(work, run, `step.waitForEvent: the timeout ${JSON.stringify(op.opts?.timeout)} cannot be read`);
  let expression: Expression | null = null;
  try {
    expression = source === null ? null : compileExpression(source);
  } catch (error) {
    return refuse(work, run, `step.waitForEvent: "${source ?? ""}" cannot be read: ${(error as Error).message}`);
  }
  const first = work.ctx.events.get(run.eventIds[0] ?? "");
  run.pending.add(op.id);
  work.addItem(run, "wait", op.id, expiresAt);
  work.newPauses.push({
    runId: run.id,
    kind: "wait",
    stepId: op.id,
    eventName: op.name ?? "",
    expression: source,
    match: expression && first ? requiredMatch(expression, first.view) : null,
    expiresAt: null,
  });
  return false;
}

/** Starts another function; its result becomes the step's. */
function invoke(work: UnitOfWork, run: RunState, call: LeasedCall, op: Op, now: number): boolean {
  const fn = work.ctx.functions.get(String(op.opts?.function_id));
  if (!fn) {
    const error: SerializedError = {
      name: "Error",
      message: `step.invoke: there is no function "${String(op.opts?.function_id)}"`,
    };
    return complete(work, run, call, op, JSON.stringify({ error }));
  }
  const payload = (op.opts?.payload ?? {}) as { data?: unknown; v?: string };
  const event = new EngineEvent({
    id: work.ctx.newId(),
    name: "inngest/function.invoked",
    data: JSON.stringify(payload.data ?? {}),
    ts: now,
    externalId: null,
    v: payload.v ?? null,
    user: null,
    receivedAt: now,
  });
  run.pending.add(op.id);
  const timeout = op.opts?.timeout === undefined ? null : parseDue(String(op.opts.timeout), now);
  if (timeout !== null) work.addItem(run, "invoke", op.id, timeout);
  work.newRuns.push(newRun(work.ctx, fn, event, { parent: { runId: run.id, stepId: op.id } }));
  return false;
}
