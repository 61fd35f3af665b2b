import type { Role } from "@/domain/access";
import type { ServiceContext } from "@/server/context";
import type { SignedInUser } from "../access";

export type ProjectSummary = { id: string; name: string; isDemo: boolean; role: Role };

/** Lists the projects of a person, by name. */
export async function listProjects(ctx: ServiceContext, user: Pick<SignedInUser, "id">): Promise<ProjectSummary[]> {
  const rows = await ctx.db.membership.findMany({
    where: { userId: user.id, project: { deletedAt: null } },
    orderBy: [{ project: { name: "asc" } }, { projectId: "asc" }],
    select: { role: true, project: { select: { id: true, name: true, isDemo: true } } },
  });
  return rows.map(({ role, project }) => ({ ...project, role }));
}
