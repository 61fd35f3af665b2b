import { can, type Permission, type Role } from "@/domain/access";
import type { ProjectContext, ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";

/** A signed-in person and their session. */
export type SignedInUser = { id: string; name: string; email: string; sessionId?: string };

const everyRole: readonly Role[] = ["owner", "admin", "member", "viewer"];
const plural: Record<Role, string> = { owner: "owners", admin: "admins", member: "members", viewer: "viewers" };

/** Whether the context's actor has a permission. The system has every one. */
export function hasPermission(ctx: ProjectContext, permission: Permission): boolean {
  return ctx.role === null || can(ctx.role, permission, { viewersSeeBodies: ctx.viewersSeeBodies });
}

/** @throws AppError FORBIDDEN; the message names the roles with the permission */
export function requirePermission(ctx: ProjectContext, permission: Permission): void {
  if (hasPermission(ctx, permission)) return;
  const who = everyRole
    .filter((role) => can(role, permission, { viewersSeeBodies: ctx.viewersSeeBodies }))
    .map((role) => plural[role]);
  const list = who.length > 1 ? `${who.slice(0, -1).join(", ")} and ${who.at(-1)}` : who[0];
  throw new AppError("FORBIDDEN", `Only ${list} of this project may do this; you are its ${ctx.role}.`);
}

/**
 * Makes the context of a person in a project. It reads the membership at each call, so that a change of role counts at
 * once.
 * @throws AppError NOT_FOUND for a project that is deleted, foreign or missing; the answer does not tell which
 */
export async function projectContextFor(
  base: ServiceContext,
  user: SignedInUser,
  projectId: string,
): Promise<ProjectContext> {
  const membership = await base.db.membership.findFirst({
    where: { projectId, userId: user.id, project: { deletedAt: null } },
    select: { role: true, project: { select: { viewersSeeBodies: true } } },
  });
  if (!membership) throw new AppError("NOT_FOUND", "There is no such project, or you are not a member of it.");
  return {
    ...base,
    actor: { type: "user", userId: user.id, label: user.email },
    projectId,
    role: membership.role,
    viewersSeeBodies: membership.project.viewersSeeBodies,
  };
}

/** Makes the program's own context in a project, for commands and functions. */
export const systemProjectContext = (base: ServiceContext, projectId: string): ProjectContext => ({
  ...base,
  projectId,
  role: null,
  viewersSeeBodies: true,
});
