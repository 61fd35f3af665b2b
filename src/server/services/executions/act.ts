import { assertTransition, transition, type ExecutionStatus } from "@/domain/execution";
import type { ProjectContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { AppError, notFound } from "@/server/errors";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { wakeIfPossible } from "../wakes/wake-actions";
import { startAgain } from "./start-again";

async function lockExecution(ctx: ProjectContext, tx: Queryable, executionId: string) {
  await tx.$queryRaw`SELECT 1 FROM action_execution WHERE id = ${executionId} AND project_id = ${ctx.projectId}
    FOR UPDATE`;
  const row = await tx.actionExecution.findFirst({
    where: { id: executionId, projectId: ctx.projectId },
    select: {
      id: true,
      status: true,
      attemptCount: true,
      actionId: true,
      cancelRequestedAt: true,
      input: true,
    },
  });
  if (!row) throw notFound("execution");
  return row;
}

/**
 * Cancels a waiting execution. An execution on the wire gets a mark and `pending` is true: its outcome is recorded, and
 * no further attempt follows.
 * @throws AppError CONFLICT if the execution has finished
 */
export async function cancelExecution(
  ctx: ProjectContext,
  input: { executionId: string },
): Promise<{ id: string; status: ExecutionStatus; pending: boolean }> {
  requirePermission(ctx, "execution:act");
  const now = ctx.now();
  const row = await ctx.db.$transaction(async (tx) => {
    const before = await lockExecution(ctx, tx, input.executionId);
    if (before.status === "RUNNING") {
      if (!before.cancelRequestedAt) {
        await tx.actionExecution.update({
          where: { id: before.id },
          data: { cancelRequestedAt: now, cancelledBy: "USER", updatedAt: now },
          select: { id: true },
        });
        await audit(ctx, tx, {
          action: "execution.cancel",
          targetId: before.id,
          summary: "Asked to cancel an execution while an attempt was on the wire.",
        });
      }
      return before;
    }
    const status = transition(before.status, "cancel");
    if (!status) throw new AppError("CONFLICT", `This execution has finished already: it is ${before.status}.`);
    await tx.actionExecution.update({
      where: { id: before.id },
      data: {
        status,
        statusReason: `Cancelled by ${ctx.actor.label}.`,
        cancelledBy: "USER",
        finishedAt: now,
        updatedAt: now,
      },
      select: { id: true },
    });
    await audit(ctx, tx, {
      action: "execution.cancel",
      targetId: before.id,
      summary: "Cancelled an execution that waited.",
    });
    return { ...before, status };
  });
  ctx.live.touch(ctx.projectId, "executions");
  return { id: row.id, status: row.status, pending: row.status === "RUNNING" };
}

/** Returns the reason, in words, why an execution cannot be sent again; null if it can. */
export function resendRefusal(row: {
  status: ExecutionStatus;
  hasInput: boolean;
  actionDeleted: boolean;
  actionOff: boolean;
}): string | null {
  if (!transition(row.status, "resend")) return "It has not finished yet.";
  if (!row.hasInput) return "Its body was removed, so there is nothing to send.";
  if (row.actionDeleted) return "Its action was deleted.";
  if (row.actionOff) return "Its action is off: switch it on first.";
  return null;
}

/**
 * Sends a finished execution again, with the same bytes and webhook id. The execution gets a fresh schedule, and its
 * attempt numbers continue. It is never cancelled automatically.
 * @throws AppError CONFLICT with the reason if it cannot be sent again
 */
export async function resendExecution(
  ctx: ProjectContext,
  input: { executionId: string },
): Promise<{ id: string; status: ExecutionStatus }> {
  requirePermission(ctx, "execution:act");
  const now = ctx.now();
  const { id, status, wakes } = await ctx.db.$transaction(async (tx) => {
    const before = await lockExecution(ctx, tx, input.executionId);
    const action = await tx.actionConfiguration.findFirst({
      where: { id: before.actionId, projectId: ctx.projectId },
      select: { deletedAt: true, disabledAt: true },
    });
    const refusal = resendRefusal({
      status: before.status,
      hasInput: before.input !== null,
      actionDeleted: action?.deletedAt !== null,
      actionOff: action?.disabledAt != null,
    });
    if (refusal) throw new AppError("CONFLICT", `This execution cannot be sent again. ${refusal}`);
    const status = assertTransition(before.status, "resend");
    const wakes = await startAgain(tx, { ids: [before.id], reason: `Sent again by ${ctx.actor.label}.`, now });
    await audit(ctx, tx, {
      action: "execution.resend",
      targetId: before.id,
      summary: `Sent an execution again that was ${before.status}.`,
    });
    return { id: before.id, status, wakes };
  });
  await wakeIfPossible(ctx, wakes);
  ctx.live.touch(ctx.projectId, "executions");
  return { id, status };
}
