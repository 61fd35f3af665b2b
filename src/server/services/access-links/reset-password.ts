import { hashPassword } from "better-auth/crypto";
import { roleHasPermission } from "@/domain/access";
import { makeUserActor } from "@/domain/actor";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { auditAccountChange } from "../account-audit";
import { writeAuditEntry } from "../write-audit-entry";
import { clearPasswordAttemptsOfEmail } from "../password-attempts";
import { setPassword } from "../users";
import { markAccessLinkUsed, findOpenAccessLink, makeInvalidAccessLinkError } from "./open-access-link";
import { requireMayResetPassword } from "./create-password-reset-link";
import { readRoleInProject } from "./read-role-in-project";

/** Sets a person's new password by a password-reset link. All sessions of the person end. */
export async function resetPassword(
  ctx: ServiceContext,
  input: { token: string; password: string },
): Promise<{ email: string }> {
  await findOpenResetLink(ctx, ctx.db, input.token);
  const passwordHash = await hashPassword(input.password);
  const email = await ctx.db.$transaction(async (tx) => {
    const { link, user } = await findOpenResetLink(ctx, tx, input.token);
    await markAccessLinkUsed(ctx, tx, link.id);
    await setPassword(tx, { userId: user.id, passwordHash, now: ctx.now() });
    const { projectId, email } = link;
    if (projectId) {
      const actor = makeUserActor({ id: user.id, email });
      await writeAuditEntry({ ...ctx, actor, projectId }, tx, {
        action: "passwordReset.use",
        targetId: user.id,
        summary: `${email} set a new password`,
      });
    } else {
      await auditAccountChange(ctx, tx, {
        user: { id: user.id, email },
        action: "passwordReset.use",
        summary: `${email} set a new password with a link that a command made.`,
      });
    }
    return email;
  });
  await clearPasswordAttemptsOfEmail(ctx, email);
  return { email };
}

/** Finds an open password-reset link and its person. @throws AppError NOT_FOUND if the link may not be used */
async function findOpenResetLink(ctx: ServiceContext, tx: DatabaseOrTransaction, token: string) {
  const link = await findOpenAccessLink(ctx, tx, token);
  const user = await tx.user.findUnique({ where: { email: link.email }, select: { id: true } });
  if (link.kind !== "PASSWORD_RESET" || !user) throw makeInvalidAccessLinkError();
  if (link.createdById)
    await requireCreatorStillMay(tx, { createdById: link.createdById, projectId: link.projectId, userId: user.id });
  return { link, user };
}

/**
 * Checks again that the maker of a link may reset this person's password. The person may have become an owner since the
 * link was made.
 */
async function requireCreatorStillMay(
  tx: DatabaseOrTransaction,
  link: { createdById: string; projectId: string | null; userId: string },
): Promise<void> {
  const role = link.projectId ? await readRoleInProject(tx, link.projectId, link.createdById) : null;
  if (!role || !roleHasPermission(role, "member:manage")) throw makeInvalidAccessLinkError();
  await requireMayResetPassword(tx, link.createdById, link.userId).catch(() => {
    throw makeInvalidAccessLinkError();
  });
}
