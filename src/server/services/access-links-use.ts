import { can, type Role } from "@/domain/access";
import { personIdOf, userActor } from "@/domain/actor";
import type { ProjectContext, ServiceContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { AppError, notFound } from "@/server/errors";
import { requirePermission, type SignedInUser } from "./access";
import { writeEmail } from "./email/write-email";
import { claimLink, createLink, findOpenLink, invalidLink, type NewLink } from "./access-links";
import { auditAccount } from "./account-audit";
import { audit } from "./audit";
import { beginPasswordAttempt, forgetAttemptsOf, forgetPasswordAttempt } from "./password-attempts";
import { createUser, passwordFits, setPassword } from "./users";

type Acceptance = {
  token: string;
  name?: string | undefined;
  password?: string | undefined;
  /** the address of the connection */
  address: string;
};

/**
 * Accepts an invitation. A person who is signed in with the invited email needs no password. Anybody else enters the
 * password of that email's account, or the name and password of a new account.
 */
export async function acceptInvitation(
  ctx: ServiceContext,
  user: SignedInUser | null,
  input: Acceptance,
): Promise<{ projectId: string; email: string }> {
  const { email } = await findOpenLink(ctx, ctx.db, input.token);
  const isSignedIn = user?.email === email;
  const attempt = { email, address: input.address, browser: null };
  if (!isSignedIn) await beginPasswordAttempt(ctx, attempt);
  const projectId = await ctx.db.$transaction(async (tx) => {
    const link = await findOpenLink(ctx, tx, input.token);
    const { projectId, role } = link;
    if (link.kind !== "INVITATION" || !projectId || !role) throw invalidLink();
    await requireInviterStillMay(tx, { createdById: link.createdById, projectId, role });
    await claimLink(ctx, tx, link.id);
    const userId = isSignedIn ? user.id : await proveOrCreate(ctx, tx, { email, input });
    const { count } = await tx.membership.createMany({
      data: [{ projectId, userId, role, createdAt: ctx.now() }],
      skipDuplicates: true,
    });
    const actor = userActor({ id: userId, email });
    const summary = count > 0 ? `${email} joined as ${role}` : `${email} was a member already and keeps their role`;
    await audit({ ...ctx, actor, projectId }, tx, { action: "invitation.accept", targetId: link.id, summary });
    return projectId;
  });
  if (!isSignedIn) await forgetPasswordAttempt(ctx, attempt, { wasRight: true });
  return { projectId, email };
}

/** Refuses an invitation whose maker no longer has the permission to invite. */
async function requireInviterStillMay(
  tx: Queryable,
  link: { createdById: string | null; projectId: string; role: Role },
): Promise<void> {
  if (!link.createdById) return;
  const inviter = await roleIn(tx, link.projectId, link.createdById);
  if (!inviter || !can(inviter, link.role === "owner" ? "owner:change" : "member:manage")) throw invalidLink();
}

async function proveOrCreate(
  ctx: ServiceContext,
  tx: Queryable,
  { email, input }: { email: string; input: Acceptance },
): Promise<string> {
  const fields: Record<string, string> = {};
  if (!input.name) fields.name = "Write your name.";
  if (!input.password) fields.password = "Write a password.";
  if (!input.name || !input.password) throw new AppError("BAD_REQUEST", "Some fields need a change.", { fields });
  const existing = await tx.user.findUnique({ where: { email }, select: { id: true } });
  if (!existing)
    return (await createUser(tx, { name: input.name, email, password: input.password, now: ctx.now() })).id;
  if (await passwordFits(tx, existing.id, input.password)) return existing.id;
  throw new AppError(
    "BAD_REQUEST",
    "This email has an account already. Use its password, or sign in first and open the link again.",
    {
      fields: { password: "This is not the password of the account." },
    },
  );
}

/**
 * Makes a link for a member who has lost their password. It works for a day. The actor must have power over the member
 * in every project.
 */
export async function createPasswordResetLink(ctx: ProjectContext, input: { userId: string }): Promise<NewLink> {
  requirePermission(ctx, "member:manage");
  return ctx.db.$transaction(async (tx) => {
    const member = await tx.membership.findUnique({
      where: { projectId_userId: { projectId: ctx.projectId, userId: input.userId } },
      select: { user: { select: { email: true } } },
    });
    if (!member) throw notFound("member");
    const personId = personIdOf(ctx.actor);
    if (personId !== null) await requirePowerOver(tx, personId, input.userId);
    const link = await createLink(ctx, tx, {
      kind: "PASSWORD_RESET",
      email: member.user.email,
      role: null,
      projectId: ctx.projectId,
    });
    await writeEmail(ctx, tx, { recipient: member.user.email, content: passwordEmail(link) });
    await audit(ctx, tx, {
      action: "passwordReset.create",
      targetId: input.userId,
      summary: `Made a link for a new password of ${member.user.email}`,
    });
    return link;
  });
}

const passwordEmail = ({ link, expiresAt }: NewLink) => ({
  subject: "A new password for Trigger System",
  text:
    `Somebody who manages your project made a link for a new password of yours:\n\n${link}\n\n` +
    `It works once, until ${expiresAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`,
  unsubscribe: null,
});

/**
 * A new password opens all projects of a person. So the actor must manage members in each of these projects. Where the
 * person is an owner, the actor must be an owner too.
 */
async function requirePowerOver(tx: Queryable, actorId: string, targetId: string): Promise<void> {
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
    return !own || !can(own, role === "owner" ? "owner:change" : "member:manage");
  });
  if (beyond) {
    throw new AppError(
      "FORBIDDEN",
      "This person is an owner, or belongs to a project that you do not manage, so their password is not yours to reset. Whoever runs this installation can, with a command.",
    );
  }
}

/** Makes a link for a new password, for the operator's command. */
export async function createPasswordResetLinkByCommand(
  ctx: ServiceContext,
  input: { email: string },
): Promise<NewLink> {
  const email = input.email.trim().toLowerCase();
  const user = await ctx.db.user.findUnique({ where: { email }, select: { id: true } });
  if (!user) throw new AppError("NOT_FOUND", `Nobody here has the email ${email}.`);
  return ctx.db.$transaction(async (tx) => {
    const link = await createLink(ctx, tx, { kind: "PASSWORD_RESET", email, role: null, projectId: null });
    await auditAccount(ctx, tx, {
      user: { id: user.id, email },
      action: "passwordReset.createByCommand",
      summary: `A command made a link for a new password of ${email}.`,
      actorLabel: ctx.actor.label,
    });
    return link;
  });
}

/** Sets the new password of a link's person, and ends all their sessions. */
export async function resetPassword(
  ctx: ServiceContext,
  input: { token: string; password: string },
): Promise<{ email: string }> {
  const email = await ctx.db.$transaction(async (tx) => {
    const link = await findOpenLink(ctx, tx, input.token);
    const user = await tx.user.findUnique({ where: { email: link.email }, select: { id: true } });
    if (link.kind !== "PASSWORD_RESET" || !user) throw invalidLink();
    if (link.createdById)
      await requireCreatorStillMay(tx, { createdById: link.createdById, projectId: link.projectId, userId: user.id });
    await claimLink(ctx, tx, link.id);
    await setPassword(tx, { userId: user.id, password: input.password, now: ctx.now() });
    const { projectId, email } = link;
    if (projectId) {
      const actor = userActor({ id: user.id, email });
      await audit({ ...ctx, actor, projectId }, tx, {
        action: "passwordReset.use",
        targetId: user.id,
        summary: `${email} set a new password`,
      });
    } else {
      await auditAccount(ctx, tx, {
        user: { id: user.id, email },
        action: "passwordReset.use",
        summary: `${email} set a new password with a link that a command made.`,
      });
    }
    return email;
  });
  await forgetAttemptsOf(ctx, email);
  return { email };
}

/**
 * A member may become an owner within the day of a link. So the permission of the link's maker is checked again when
 * the link is used.
 */
async function requireCreatorStillMay(
  tx: Queryable,
  link: { createdById: string; projectId: string | null; userId: string },
): Promise<void> {
  const role = link.projectId ? await roleIn(tx, link.projectId, link.createdById) : null;
  if (!role || !can(role, "member:manage")) throw invalidLink();
  await requirePowerOver(tx, link.createdById, link.userId).catch(() => {
    throw invalidLink();
  });
}

async function roleIn(tx: Queryable, projectId: string, userId: string): Promise<Role | null> {
  const membership = await tx.membership.findUnique({
    where: { projectId_userId: { projectId, userId } },
    select: { role: true },
  });
  return membership?.role ?? null;
}
