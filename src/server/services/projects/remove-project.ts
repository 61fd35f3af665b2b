import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requestEndWaitingExecutionsJob, storeEndWaitingExecutionsJob } from "../jobs/end-waiting-executions-job";

/**
 * Marks a project as deleted. Nobody can open it any more, its event keys are refused, and a job cancels its waiting
 * executions. Requests on the wire end as usual, without retries.
 */
export async function removeProject(ctx: ProjectContext): Promise<void> {
  requirePermission(ctx, "project:delete");
  const now = ctx.now();
  const ending = await ctx.db.$transaction(async (tx) => {
    // Changes of triggers and actions lock in the same order (triggers, actions, project), against deadlocks.
    await tx.$queryRaw`SELECT 1 FROM trigger_configuration WHERE project_id = ${ctx.projectId} AND deleted_at IS NULL
      ORDER BY id FOR NO KEY UPDATE`;
    await tx.$queryRaw`SELECT 1 FROM action_configuration WHERE project_id = ${ctx.projectId} AND deleted_at IS NULL
      ORDER BY id FOR NO KEY UPDATE`;
    const open = { where: { projectId: ctx.projectId, deletedAt: null }, data: { deletedAt: now } };
    const { count } = await tx.project.updateMany({
      where: { id: ctx.projectId, deletedAt: null },
      data: { deletedAt: now },
    });
    if (count === 0) throw makeNotFoundError("project");
    await tx.triggerConfiguration.updateMany(open);
    await tx.actionConfiguration.updateMany(open);
    await tx.accessLink.updateMany({
      where: { projectId: ctx.projectId, usedAt: null, revokedAt: null },
      data: { revokedAt: now },
    });
    await writeAuditEntry(ctx, tx, {
      action: "project.remove",
      targetId: ctx.projectId,
      summary: "Deleted the project",
    });
    return storeEndWaitingExecutionsJob(ctx, tx, { of: "project", id: ctx.projectId, why: "deleted", at: now });
  });
  await requestEndWaitingExecutionsJob(ctx, [ending.job]);
}
