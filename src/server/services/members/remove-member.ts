import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { changeMember, requireAnotherOwner } from "./change-member";

/** Removes a member from the project. Actors may remove themselves. */
export async function removeMember(ctx: ProjectContext, input: { userId: string }): Promise<void> {
  const leaves = ctx.actor.id === input.userId;
  requirePermission(ctx, leaves ? "project:read" : "member:manage");
  await changeMember(ctx, input.userId, async (tx, member) => {
    if (member.role === "owner") {
      requirePermission(ctx, "owner:change");
      await requireAnotherOwner(tx, ctx.projectId, input.userId);
    }
    await tx.membership.delete({ where: { projectId_userId: { projectId: ctx.projectId, userId: input.userId } } });
    await audit(ctx, tx, {
      action: "member.remove",
      targetId: input.userId,
      summary: leaves ? `${member.email} left` : `Removed ${member.email} (${member.role})`,
    });
  });
}
