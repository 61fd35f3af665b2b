import type { Role } from "@/domain/access";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";

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
