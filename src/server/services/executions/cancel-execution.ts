import { type ExecutionStatus, findStatusAfterMove } from "@/domain/execution";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { lockExecution } from "./lock-execution";

/**
 * Cancels a waiting execution. If its request is on the wire, `pending` is true: the request's outcome is still
 * recorded, and no retry follows.
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
        await writeAuditEntry(ctx, tx, {
          action: "execution.cancel",
          targetId: before.id,
          summary: "Asked to cancel an execution while an attempt was on the wire.",
        });
      }
      return before;
    }
    const status = findStatusAfterMove(before.status, "cancel");
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
    await writeAuditEntry(ctx, tx, {
      action: "execution.cancel",
      targetId: before.id,
      summary: "Cancelled an execution that waited.",
    });
    return { ...before, status };
  });
  ctx.live.touch(ctx.projectId, "executions", [row.id]);
  return { id: row.id, status: row.status, pending: row.status === "RUNNING" };
}
