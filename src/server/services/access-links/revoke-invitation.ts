import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";

export async function revokeInvitation(ctx: ProjectContext, input: { id: string }): Promise<void> {
  requirePermission(ctx, "member:manage");
  await ctx.db.$transaction(async (tx) => {
    const where = {
      id: input.id,
      projectId: ctx.projectId,
      kind: "INVITATION" as const,
      usedAt: null,
      revokedAt: null,
    };
    const link = await tx.accessLink.findFirst({ where, select: { email: true } });
    if (!link) throw makeNotFoundError("open invitation");
    await tx.accessLink.updateMany({ where, data: { revokedAt: ctx.now() } });
    await writeAuditEntry(ctx, tx, {
      action: "invitation.revoke",
      targetId: input.id,
      summary: `Revoked the invitation of ${link.email}`,
    });
  });
}
