import type { Role } from "@/domain/access";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError, makeNotFoundError } from "@/server/errors";

/**
 * Runs changes of a project's members one after the other. If two owners demote each other at once, only one of them
 * may succeed.
 */
export async function changeMembersInTurn(
  ctx: ProjectContext,
  userId: string,
  change: (tx: DatabaseOrTransaction, member: { role: Role; email: string }) => Promise<void>,
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    const current = await tx.membership.findUnique({
      where: { projectId_userId: { projectId: ctx.projectId, userId } },
      select: { role: true, user: { select: { email: true } } },
    });
    if (!current) throw makeNotFoundError("member");
    await change(tx, { role: current.role, email: current.user.email });
  });
}

export async function requireOtherOwner(tx: DatabaseOrTransaction, projectId: string, userId: string): Promise<void> {
  const others = await tx.membership.count({ where: { projectId, role: "owner", userId: { not: userId } } });
  if (others === 0)
    throw new AppError("CONFLICT", "This is the project's only owner. Make somebody else an owner first.");
}
