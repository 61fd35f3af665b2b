import { roleHasPermission, findScopeOfPermission, type Permission, type Role } from "@/domain/access";
import { readPersonIdOfActor, readScopesOfActor, type TokenActor, type UserActor } from "@/domain/actor";
import type { ProjectContext, ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";

/** A signed-in person. `sessionId` is the person's current session; unset outside a browser. */
export type SignedInUser = { id: string; name: string; email: string; sessionId?: string };

const everyRole: readonly Role[] = ["owner", "admin", "member", "viewer"];
const plural: Record<Role, string> = { owner: "owners", admin: "admins", member: "members", viewer: "viewers" };

/**
 * Tells whether the actor of a context (a person, an API token or the system) has a permission. The system has every
 * permission. A token needs two things: its own scope, and the role of the person who made it.
 */
export function hasPermission(ctx: ProjectContext, permission: Permission): boolean {
  return roleAllows(ctx, permission) && scopeAllows(ctx, permission);
}

const roleAllows = ({ role, viewersSeeBodies }: ProjectContext, permission: Permission): boolean =>
  role === null || roleHasPermission(role, permission, { viewersSeeBodies });

function scopeAllows({ actor }: ProjectContext, permission: Permission): boolean {
  const scopes = readScopesOfActor(actor);
  const needed = findScopeOfPermission(permission);
  return scopes === null || (needed !== null && scopes.includes(needed));
}

/**
 * Throws if the actor of a context does not have a permission.
 * @throws AppError FORBIDDEN; the message names the roles with the permission, or the scope that a token lacks
 */
export function requirePermission(ctx: ProjectContext, permission: Permission): void {
  if (hasPermission(ctx, permission)) return;
  if (roleAllows(ctx, permission)) {
    const needed = findScopeOfPermission(permission);
    throw new AppError(
      "FORBIDDEN",
      needed === null
        ? "No token may do this. Sign in and do it in the interface."
        : `This token lacks the scope “${needed}”. Use a token that has it.`,
    );
  }
  const who = everyRole
    .filter((role) => roleHasPermission(role, permission, { viewersSeeBodies: ctx.viewersSeeBodies }))
    .map((role) => plural[role]);
  const list = who.length > 1 ? `${who.slice(0, -1).join(", ")} and ${who.at(-1)}` : who[0];
  throw new AppError("FORBIDDEN", `Only ${list} of this project may do this; you are its ${ctx.role}.`);
}

/**
 * Makes the context in which a person or an API token acts in a project. Each call reads the membership from the
 * database, so a changed role counts at once.
 * @throws AppError NOT_FOUND if the project is deleted, does not exist or has no such member; the error does not tell
 * which
 */
export async function openProjectContext(
  base: ServiceContext,
  actor: UserActor | TokenActor,
  projectId: string,
): Promise<ProjectContext> {
  const isForeign = actor.type === "token" && actor.projectId !== null && actor.projectId !== projectId;
  const membership = isForeign ? null : await readMembership(base, projectId, readPersonIdOfActor(actor));
  if (!membership) throw new AppError("NOT_FOUND", "There is no such project, or you are not a member of it.");
  return {
    ...base,
    actor,
    projectId,
    role: membership.role,
    viewersSeeBodies: membership.viewersSeeBodies,
  };
}

/**
 * Reads a person's role in a project. Every request to a project runs this query. Null if the person is no member or
 * the project is deleted. Index: membership_pkey.
 */
async function readMembership(
  { db }: ServiceContext,
  projectId: string,
  userId: string,
): Promise<(Pick<ProjectContext, "viewersSeeBodies"> & { role: Role }) | null> {
  const [row] = await db.$queryRaw<{ role: Role; viewersSeeBodies: boolean }[]>`/* prepared */
    SELECT m.role::text, p.viewers_see_bodies AS "viewersSeeBodies"
      FROM membership m JOIN project p ON p.id = m.project_id
      WHERE m.project_id = ${projectId} AND m.user_id = ${userId} AND p.deleted_at IS NULL`;
  return row ?? null;
}

/** Makes the context in which the program itself acts in a project, for commands and background functions. */
export const makeSystemProjectContext = (base: ServiceContext, projectId: string): ProjectContext => ({
  ...base,
  projectId,
  role: null,
  viewersSeeBodies: true,
});
