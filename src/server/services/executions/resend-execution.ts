import { requireStatusAfterMove, type ExecutionStatus } from "@/domain/execution";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { wakeActionsIfPossible } from "../wakes/wake-actions";
import { lockExecution } from "./lock-execution";
import { describeResendRefusal } from "./resend-refusal";
import { restartExecutions } from "./restart-executions";

/**
 * Sends a finished execution again, with the same webhook id and, if its body was rendered, the same body. The retry
 * policy starts again, while attempt numbers continue. The program never cancels a resent execution because its subject
 * stopped matching.
 * @throws AppError CONFLICT with the reason if the execution cannot be sent again
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
    const refusal = describeResendRefusal({
      status: before.status,
      hasInput: before.input !== null,
      actionDeleted: action?.deletedAt !== null,
      actionOff: action?.disabledAt != null,
    });
    if (refusal) throw new AppError("CONFLICT", `This execution cannot be sent again. ${refusal}`);
    const status = requireStatusAfterMove(before.status, "resend");
    const wakes = await restartExecutions(tx, { ids: [before.id], reason: `Sent again by ${ctx.actor.label}.`, now });
    await writeAuditEntry(ctx, tx, {
      action: "execution.resend",
      targetId: before.id,
      summary: `Sent an execution again that was ${before.status}.`,
    });
    return { id: before.id, status, wakes };
  });
  await wakeActionsIfPossible(ctx, wakes);
  ctx.live.touch(ctx.projectId, "executions", [id]);
  return { id, status };
}
