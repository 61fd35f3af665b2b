import type { Role } from "@/domain/access";
import { makeUserActor } from "@/domain/actor";
import type { OidcMembership } from "@/env/oidc";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ServiceContext } from "@/server/context";
import { writeAuditEntry } from "./write-audit-entry";

type Context = Pick<ServiceContext, "db" | "now">;

type SyncInput = {
  userId: string;
  /** the names of the person's groups at the single sign-on provider */
  groups: readonly string[];
  /** the rules of the environment: which group gives which role in which project */
  rules: readonly OidcMembership[];
};

/** All roles, from the highest to the lowest. If several groups give a person a role, the highest role applies. */
const roleOrder: readonly Role[] = ["owner", "admin", "member", "viewer"];

/**
 * Sets a person's roles in projects by their single sign-on groups, and removes memberships that no group gives any
 * more. Projects that no rule names stay unchanged. The last owner of a project stays its owner.
 */
export async function syncSsoMemberships(ctx: Context, { userId, groups, rules }: SyncInput): Promise<void> {
  const projectIds = [...new Set(rules.map(({ projectId }) => projectId))].sort();
  if (projectIds.length === 0) return;
  const user = await ctx.db.user.findUniqueOrThrow({ where: { id: userId }, select: { email: true } });
  const where = { id: { in: projectIds }, deletedAt: null };
  const projects = await ctx.db.project.findMany({ where, orderBy: { id: "asc" }, select: { id: true } });
  for (const { id: projectId } of projects) {
    const given = rules.filter((rule) => rule.projectId === projectId && groups.includes(rule.group));
    const wanted = roleOrder.find((role) => given.some((rule) => rule.role === role)) ?? null;
    await ctx.db.$transaction((tx) => setRole(ctx, tx, { projectId, userId, email: user.email, wanted }));
  }
}

type RoleInput = { projectId: string; userId: string; email: string; wanted: Role | null };

async function setRole(
  ctx: Context,
  tx: DatabaseOrTransaction,
  { projectId, userId, email, wanted }: RoleInput,
): Promise<void> {
  // The lock makes changes of a project's members run one after the other, as `changeMembersInTurn` does.
  await tx.$queryRaw`SELECT id FROM project WHERE id = ${projectId} FOR NO KEY UPDATE`;
  const key = { projectId_userId: { projectId, userId } };
  const before = (await tx.membership.findUnique({ where: key, select: { role: true } }))?.role ?? null;
  if (before === wanted) return;
  if (before === "owner") {
    const others = await tx.membership.count({ where: { projectId, role: "owner", userId: { not: userId } } });
    if (others === 0) return;
  }
  if (wanted === null) await tx.membership.delete({ where: key });
  else
    await tx.membership.upsert({
      where: key,
      create: { projectId, userId, role: wanted, createdAt: ctx.now() },
      update: { role: wanted },
    });
  await writeAuditEntry({ now: ctx.now, actor: makeUserActor({ id: userId, email }), projectId }, tx, {
    action: "member.setRole",
    targetId: userId,
    summary: `${email}: ${before ?? "no member"} → ${wanted ?? "no member"}, by the groups of single sign-on`,
  });
}
