import { roleHasPermission, scopeForPermission, type Permission, type Role } from "@/domain/access";
import { personIdOf, scopesOf, type TokenActor, type UserActor } from "@/domain/actor";
import type { ProjectContext, ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";

/** A signed-in person and their session. */
export type SignedInUser = { id: string; name: string; email: string; sessionId?: string };

const everyRole: readonly Role[] = ["owner", "admin", "member", "viewer"];
const plural: Record<Role, string> = { owner: "owners", admin: "admins", member: "members", viewer: "viewers" };

/**
 * Tells whether the context's actor has a permission. The system has every permission. A token needs its scope and its
 * maker's role.
 */
export function hasPermission(ctx: ProjectContext, permission: Permission): boolean {
  return roleAllows(ctx, permission) && scopeAllows(ctx, permission);
}

const roleAllows = ({ role, viewersSeeBodies }: ProjectContext, permission: Permission): boolean =>
  role === null || roleHasPermission(role, permission, { viewersSeeBodies });

function scopeAllows({ actor }: ProjectContext, permission: Permission): boolean {
  const scopes = scopesOf(actor);
  const needed = scopeForPermission(permission);
  return scopes === null || (needed !== null && scopes.includes(needed));
}

/**
 * Refuses an actor without a permission.
 * @throws AppError FORBIDDEN; the message names the roles with the permission, or the scope that a token lacks
 */
export function requirePermission(ctx: ProjectContext, permission: Permission): void {
  if (hasPermission(ctx, permission)) return;
  if (roleAllows(ctx, permission)) {
    const needed = scopeForPermission(permission);
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
 * Makes the context of a person or a token in a project. Each call reads the membership again, so that a change of role
 * counts at once.
 * @throws AppError NOT_FOUND for a project that is deleted, missing or somebody else's; the answer does not tell which
 */
export async function projectContextFor(
  base: ServiceContext,
  actor: UserActor | TokenActor,
  projectId: string,
): Promise<ProjectContext> {
  const isForeign = actor.type === "token" && actor.projectId !== null && actor.projectId !== projectId;
  const membership = isForeign ? null : await readMembership(base, projectId, personIdOf(actor));
  if (!membership) throw new AppError("NOT_FOUND", "There is no such project, or you are not a member of it.");
  return {
    ...base,
    actor,
    projectId,
    role: membership.role,
    viewersSeeBodies: membership.viewersSeeBodies,
  };
}

/** The look-up of every call in a project. Null for no member, and for a deleted project. Index: membership_pkey. */
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

/** Makes the program's own context in a project, for commands and functions. */
export const systemProjectContext = (base: ServiceContext, projectId: string): ProjectContext => ({
  ...base,
  projectId,
  role: null,
  viewersSeeBodies: true,
});
