import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";

/** Removes the operational webhook of a project, and the notices that wait to be sent to it. */
export async function removeOperationalWebhook(ctx: ProjectContext): Promise<void> {
  requirePermission(ctx, "secret:manage");
  await ctx.db.$transaction(async (tx) => {
    await tx.operationalWebhook.deleteMany({ where: { projectId: ctx.projectId } });
    await tx.operationalNotice.deleteMany({ where: { projectId: ctx.projectId, status: "waiting" } });
    await writeAuditEntry(ctx, tx, {
      action: "operationalWebhook.remove",
      targetId: null,
      summary: "Removed the operational webhook.",
    });
  });
}
