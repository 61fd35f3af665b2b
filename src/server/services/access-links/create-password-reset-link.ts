import { roleHasPermission } from "@/domain/access";
import { readPersonIdOfActor } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError, makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { queueEmail } from "../email/queue-email";
import { createAccessLink, type NewAccessLink } from "./create-access-link";

/**
 * Makes a link with which a member sets a new password within a day. The actor must be able to manage this member in
 * all of the member's projects, see `requireMayResetPassword`.
 */
export async function createPasswordResetLink(ctx: ProjectContext, input: { userId: string }): Promise<NewAccessLink> {
  requirePermission(ctx, "member:manage");
  return ctx.db.$transaction(async (tx) => {
    const member = await tx.membership.findUnique({
      where: { projectId_userId: { projectId: ctx.projectId, userId: input.userId } },
      select: { user: { select: { email: true } } },
    });
    if (!member) throw makeNotFoundError("member");
    const personId = readPersonIdOfActor(ctx.actor);
    if (personId !== null) await requireMayResetPassword(tx, personId, input.userId);
    const link = await createAccessLink(ctx, tx, {
      kind: "PASSWORD_RESET",
      email: member.user.email,
      role: null,
      projectId: ctx.projectId,
    });
    await queueEmail(ctx, tx, { recipient: member.user.email, content: passwordEmail(link) });
    await writeAuditEntry(ctx, tx, {
      action: "passwordReset.create",
      targetId: input.userId,
      summary: `Made a link for a new password of ${member.user.email}`,
    });
    return link;
  });
}

const passwordEmail = ({ link, expiresAt }: NewAccessLink) => ({
  subject: "A new password for Trigger System",
  text:
    `Somebody who manages your project made a link for a new password of yours:\n\n${link}\n\n` +
    `It works once, until ${expiresAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`,
  unsubscribe: null,
});

/**
 * Checks that an actor may reset a person's password. A new password opens every project of that person. So the actor
 * must manage members in each of these projects, and be an owner wherever the person is one. Everybody may reset their
 * own password.
 */
export async function requireMayResetPassword(
  tx: DatabaseOrTransaction,
  actorId: string,
  targetId: string,
): Promise<void> {
  if (actorId === targetId) return;
  const membershipsOf = (userId: string) =>
    tx.membership.findMany({
      where: { userId, project: { deletedAt: null } },
      select: { projectId: true, role: true },
    });
  const theirs = await membershipsOf(targetId);
  const roles = new Map((await membershipsOf(actorId)).map(({ projectId, role }) => [projectId, role]));
  const beyond = theirs.find(({ projectId, role }) => {
    const own = roles.get(projectId);
    return !own || !roleHasPermission(own, role === "owner" ? "owner:change" : "member:manage");
  });
  if (beyond) {
    throw new AppError(
      "FORBIDDEN",
      "This person is an owner, or belongs to a project that you do not manage, so their password is not yours to reset. Whoever runs this installation can, with a command.",
    );
  }
}
