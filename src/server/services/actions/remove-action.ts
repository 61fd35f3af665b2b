import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requestEndWaitingExecutionsJob, storeEndWaitingExecutionsJob } from "../jobs/end-waiting-executions-job";
import { writeActionVersion } from "./write-action-version";
import { lockActionRow, requireActionVersion } from "./lock-action-row";

/**
 * Marks an action as deleted, so that it sends nothing from now on. Its history stays. A background job cancels its
 * waiting executions. `cancelled` is the number of waiting executions, counted up to 100,000.
 * @throws AppError CONFLICT if the input names a version that the action no longer has
 */
export async function removeAction(
  ctx: ProjectContext,
  input: { actionId: string; version?: number | undefined },
): Promise<{ id: string; cancelled: number }> {
  requirePermission(ctx, "action:write");
  const { id, ending } = await ctx.db.$transaction(async (tx) => {
    const before = await lockActionRow(ctx, tx, input);
    if (input.version !== undefined) requireActionVersion(before, input.version);
    const now = ctx.now();
    await tx.actionConfiguration.update({
      where: { id: before.id },
      data: { deletedAt: now, version: before.version + 1 },
      select: { id: true },
    });
    const ending = await storeEndWaitingExecutionsJob(ctx, tx, {
      of: "action",
      id: before.id,
      why: "deleted",
      at: now,
    });
    await writeAuditEntry(ctx, tx, {
      action: "action.delete",
      targetId: before.id,
      summary: `Deleted the action "${before.name}" with ${ending.waiting} waiting executions.`,
    });
    await writeActionVersion(ctx, tx, { actionId: before.id, summary: "Deleted." });
    return { id: before.id, ending };
  });
  await requestEndWaitingExecutionsJob(ctx, [ending.job]);
  ctx.live.touch(ctx.projectId, "actions");
  ctx.live.touch(ctx.projectId, "triggers");
  ctx.live.touch(ctx.projectId, "executions");
  return { id, cancelled: ending.waiting };
}
