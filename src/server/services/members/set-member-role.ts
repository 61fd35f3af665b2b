import type { Role } from "@/domain/access";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { changeMembersInTurn, requireOtherOwner } from "./change-members-in-turn";

/**
 * Changes a member's role. Only owners may give or take the role of owner. The last owner of a project keeps that role.
 */
export async function setMemberRole(ctx: ProjectContext, input: { userId: string; role: Role }): Promise<void> {
  requirePermission(ctx, "member:manage");
  await changeMembersInTurn(ctx, input.userId, async (tx, member) => {
    if (member.role === input.role) return;
    if (member.role === "owner" || input.role === "owner") requirePermission(ctx, "owner:change");
    if (member.role === "owner") await requireOtherOwner(tx, ctx.projectId, input.userId);
    await tx.membership.update({
      where: { projectId_userId: { projectId: ctx.projectId, userId: input.userId } },
      data: { role: input.role },
    });
    await writeAuditEntry(ctx, tx, {
      action: "member.setRole",
      targetId: input.userId,
      summary: `${member.email}: ${member.role} → ${input.role}`,
    });
  });
}
