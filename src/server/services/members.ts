import type { Role } from "@/domain/access";
import type { ProjectContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { AppError, notFound } from "@/server/errors";
import { requirePermission } from "./access";
import { audit } from "./audit";

export type Member = { userId: string; name: string; email: string; role: Role; joinedAt: Date };

/** Lists the members of the project, in the order in which they joined. */
export async function listMembers(ctx: ProjectContext): Promise<Member[]> {
  requirePermission(ctx, "member:manage");
  const rows = await ctx.db.membership.findMany({
    where: { projectId: ctx.projectId },
    orderBy: [{ createdAt: "asc" }, { userId: "asc" }],
    select: { userId: true, role: true, createdAt: true, user: { select: { name: true, email: true } } },
  });
  return rows.map(({ user, createdAt, ...row }) => ({ ...row, ...user, joinedAt: createdAt }));
}

/** Changes a member's role. Only owners make or change owners. The last owner of a project stays its owner. */
export async function setMemberRole(ctx: ProjectContext, input: { userId: string; role: Role }): Promise<void> {
  requirePermission(ctx, "member:manage");
  await changeMember(ctx, input.userId, async (tx, member) => {
    if (member.role === input.role) return;
    if (member.role === "owner" || input.role === "owner") requirePermission(ctx, "owner:change");
    if (member.role === "owner") await requireAnotherOwner(tx, ctx.projectId, input.userId);
    await tx.membership.update({
      where: { projectId_userId: { projectId: ctx.projectId, userId: input.userId } },
      data: { role: input.role },
    });
    await audit(ctx, tx, {
      action: "member.setRole",
      targetId: input.userId,
      summary: `${member.email}: ${member.role} → ${input.role}`,
    });
  });
}

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

/** Runs one change of a project's members at a time, because two owners who demote each other must not both succeed. */
async function changeMember(
  ctx: ProjectContext,
  userId: string,
  change: (tx: Queryable, member: { role: Role; email: string }) => Promise<void>,
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    const current = await tx.membership.findUnique({
      where: { projectId_userId: { projectId: ctx.projectId, userId } },
      select: { role: true, user: { select: { email: true } } },
    });
    if (!current) throw notFound("member");
    await change(tx, { role: current.role, email: current.user.email });
  });
}

async function requireAnotherOwner(tx: Queryable, projectId: string, userId: string): Promise<void> {
  const others = await tx.membership.count({ where: { projectId, role: "owner", userId: { not: userId } } });
  if (others === 0)
    throw new AppError("CONFLICT", "This is the project's only owner. Make somebody else an owner first.");
}
