import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { changeMembersInTurn, requireOtherOwner } from "./change-members-in-turn";

/**
 * Removes a member from the project. Every member may remove themselves. Only owners may remove another owner. The last
 * owner cannot be removed.
 */
export async function removeMember(ctx: ProjectContext, input: { userId: string }): Promise<void> {
  const leaves = ctx.actor.id === input.userId;
  requirePermission(ctx, leaves ? "project:read" : "member:manage");
  await changeMembersInTurn(ctx, input.userId, async (tx, member) => {
    if (member.role === "owner") {
      requirePermission(ctx, "owner:change");
      await requireOtherOwner(tx, ctx.projectId, input.userId);
    }
    await tx.membership.delete({ where: { projectId_userId: { projectId: ctx.projectId, userId: input.userId } } });
    await writeAuditEntry(ctx, tx, {
      action: "member.remove",
      targetId: input.userId,
      summary: leaves ? `${member.email} left` : `Removed ${member.email} (${member.role})`,
    });
  });
}
