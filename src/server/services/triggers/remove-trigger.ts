import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requestEndWaitingExecutionsJob, storeEndWaitingExecutionsJob } from "../jobs/end-waiting-executions-job";
import { writeTriggerVersion, lockTriggerRow, requireTriggerVersion } from "./lock-trigger-row";
import { refuseManagedTrigger } from "./refuse-managed-trigger";

/**
 * Marks a trigger as deleted, so that it fires no more. Its history stays. A background job cancels its waiting
 * executions, but not those that a person sent again. `cancelled` is the number of executions to cancel, counted up to
 * 100,000.
 * @throws AppError CONFLICT if the input names a version that the trigger no longer has, or if files manage the trigger
 */
export async function removeTrigger(
  ctx: ProjectContext,
  input: { triggerId: string; version?: number | undefined },
): Promise<{ id: string; cancelled: number }> {
  requirePermission(ctx, "trigger:write");
  const { id, ending } = await ctx.db.$transaction(async (tx) => {
    const before = await lockTriggerRow(ctx, tx, { triggerId: input.triggerId });
    if (input.version !== undefined) requireTriggerVersion(before, input.version);
    refuseManagedTrigger(ctx, before);
    const now = ctx.now();
    await tx.triggerShadow.deleteMany({ where: { triggerId: before.id } });
    await tx.triggerConfiguration.update({
      where: { id: before.id },
      data: { deletedAt: now, status: "DISABLED", version: before.version + 1 },
      select: { id: true },
    });
    const ending = await storeEndWaitingExecutionsJob(ctx, tx, {
      of: "trigger",
      id: before.id,
      why: "deleted",
      at: now,
    });
    await writeAuditEntry(ctx, tx, {
      action: "trigger.delete",
      targetId: before.id,
      summary: `Deleted the trigger "${before.name}" with ${ending.waiting} waiting executions.`,
    });
    await writeTriggerVersion(ctx, tx, { triggerId: before.id, summary: "Deleted." });
    return { id: before.id, ending };
  });
  await requestEndWaitingExecutionsJob(ctx, [ending.job]);
  ctx.live.touch(ctx.projectId, "triggers");
  ctx.live.touch(ctx.projectId, "executions");
  return { id, cancelled: ending.waiting };
}
