import { hashPassword } from "better-auth/crypto";
import { roleHasPermission, type Role } from "@/domain/access";
import { makeUserActor } from "@/domain/actor";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError } from "@/server/errors";
import type { SignedInUser } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { beginPasswordAttempt, forgetPasswordAttempt } from "../password-attempts";
import { createUser, isPasswordOfUser } from "../users";
import { markAccessLinkUsed, findOpenAccessLink, makeInvalidAccessLinkError } from "./open-access-link";
import { readRoleInProject } from "./read-role-in-project";

type Acceptance = {
  token: string;
  name?: string | undefined;
  password?: string | undefined;
  /** the IP address of the person's connection, for the limit of password attempts */
  address: string;
};

/**
 * Accepts an invitation. A person who is signed in with the invited email needs no password. Every other person enters
 * a name and a password. If an account with that email exists, the password must be its password. Otherwise name and
 * password make a new account. A person who is a member already keeps their role.
 */
export async function acceptInvitation(
  ctx: ServiceContext,
  user: SignedInUser | null,
  input: Acceptance,
): Promise<{ projectId: string; email: string }> {
  const { email } = await findOpenInvitation(ctx, ctx.db, input.token);
  const isSignedIn = user?.email === email;
  const attempt = { email, address: input.address, browser: null };
  if (!isSignedIn) await beginPasswordAttempt(ctx, attempt);
  const person = isSignedIn ? { id: user.id } : await proveOrPrepareAccount(ctx, { email, input });
  const projectId = await ctx.db.$transaction(async (tx) => {
    const { id: linkId, projectId, role } = await findOpenInvitation(ctx, tx, input.token);
    await markAccessLinkUsed(ctx, tx, linkId);
    const userId = "id" in person ? person.id : (await createUser(tx, { ...person, email, now: ctx.now() })).id;
    const { count } = await tx.membership.createMany({
      data: [{ projectId, userId, role, createdAt: ctx.now() }],
      skipDuplicates: true,
    });
    const actor = makeUserActor({ id: userId, email });
    const summary = count > 0 ? `${email} joined as ${role}` : `${email} was a member already and keeps their role`;
    await writeAuditEntry({ ...ctx, actor, projectId }, tx, {
      action: "invitation.accept",
      targetId: linkId,
      summary,
    });
    return projectId;
  });
  if (!isSignedIn) await forgetPasswordAttempt(ctx, attempt, { wasRight: true });
  return { projectId, email };
}

/** Finds an open invitation. @throws AppError NOT_FOUND if the link is none, or its maker may no longer invite */
async function findOpenInvitation(ctx: ServiceContext, tx: DatabaseOrTransaction, token: string) {
  const { id, kind, email, projectId, role, createdById } = await findOpenAccessLink(ctx, tx, token);
  if (kind !== "INVITATION" || !projectId || !role) throw makeInvalidAccessLinkError();
  await requireInviterStillMay(tx, { createdById, projectId, role });
  return { id, email, projectId, role };
}

/**
 * Refuses an invitation if its maker may no longer invite people as this role. An invitation without a stored maker
 * passes.
 */
async function requireInviterStillMay(
  tx: DatabaseOrTransaction,
  link: { createdById: string | null; projectId: string; role: Role },
): Promise<void> {
  if (!link.createdById) return;
  const inviter = await readRoleInProject(tx, link.projectId, link.createdById);
  if (!inviter || !roleHasPermission(inviter, link.role === "owner" ? "owner:change" : "member:manage"))
    throw makeInvalidAccessLinkError();
}

/**
 * Returns the account with the invited email, or the name and the password's hash of a new account.
 * @throws if the name or the password is missing, or if the password is not that of the account
 */
async function proveOrPrepareAccount(
  ctx: ServiceContext,
  { email, input: { name, password } }: { email: string; input: Acceptance },
): Promise<{ id: string } | { name: string; passwordHash: string }> {
  const fields: Record<string, string> = {};
  if (!name) fields.name = "Write your name.";
  if (!password) fields.password = "Write a password.";
  if (!name || !password) throw new AppError("BAD_REQUEST", "Some fields need a change.", { fields });
  const existing = await ctx.db.user.findUnique({ where: { email }, select: { id: true } });
  if (!existing) return { name, passwordHash: await hashPassword(password) };
  if (await isPasswordOfUser(ctx.db, existing.id, password)) return existing;
  throw new AppError(
    "BAD_REQUEST",
    "This email has an account already. Use its password, or sign in first and open the link again.",
    {
      fields: { password: "This is not the password of the account." },
    },
  );
}
