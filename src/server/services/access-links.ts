import type { Role } from "@/domain/access";
import { personIdOf } from "@/domain/actor";
import { randomToken, sha256 } from "@/server/crypto";
import type { ProjectContext, ServiceContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { AppError, notFound } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "./access";
import { requireRoom } from "./project-limits";
import { audit } from "./audit";
import { writeEmail } from "./email/write-email";
import { afterCursor, toPage, type Page, type PageInput } from "./keyset";

/** A new link. It is shown once, because the database keeps only a hash of its token. */
export type NewLink = { id: string; link: string; expiresAt: Date };
export type OpenInvitation = { id: string; email: string; role: Role; createdAt: Date; expiresAt: Date };
export type InspectedLink =
  | { kind: "INVITATION"; email: string; projectName: string; role: Role; expiresAt: Date }
  | { kind: "PASSWORD_RESET"; email: string; expiresAt: Date };

const DAY_MS = 24 * 60 * 60_000;
const VALID_MS = { INVITATION: 7 * DAY_MS, PASSWORD_RESET: DAY_MS };
const PATH = { INVITATION: "invite", PASSWORD_RESET: "reset" };

type LinkWish = { kind: keyof typeof PATH; email: string; projectId: string | null; role: Role | null };

/** Makes a link. An older open link of the same kind for the same person and project stops working. */
export async function createLink(ctx: ServiceContext, tx: Queryable, wish: LinkWish): Promise<NewLink> {
  const now = ctx.now();
  const token = randomToken();
  const { kind, email, projectId } = wish;
  await tx.accessLink.updateMany({
    where: { kind, email, usedAt: null, revokedAt: null, ...(kind === "INVITATION" ? { projectId } : {}) },
    data: { revokedAt: now },
  });
  const row = await tx.accessLink.create({
    data: {
      ...wish,
      id: newId("lnk"),
      tokenHash: sha256(token),
      createdById: personIdOf(ctx.actor),
      createdAt: now,
      expiresAt: new Date(now.getTime() + VALID_MS[kind]),
    },
    select: { id: true, expiresAt: true },
  });
  return { ...row, link: `${ctx.env.appUrl}/${PATH[kind]}/${token}` };
}

/** Invites a person to the project. The invitation lasts 7 days. Only owners invite owners. */
export async function createInvitation(ctx: ProjectContext, input: { email: string; role: Role }): Promise<NewLink> {
  requirePermission(ctx, "member:manage");
  if (input.role === "owner") requirePermission(ctx, "owner:change");
  const { email, role } = input;
  return ctx.db.$transaction(async (tx) => {
    const member = await tx.membership.findFirst({
      where: { projectId: ctx.projectId, user: { email } },
      select: { role: true },
    });
    if (member)
      throw new AppError("CONFLICT", `${email} is in this project already, as ${member.role}.`, {
        fields: { email: "This person is in the project already." },
      });
    await requireRoom(ctx, tx, "invitations");
    const link = await createLink(ctx, tx, { kind: "INVITATION", email, role, projectId: ctx.projectId });
    const { name } = await tx.project.findUniqueOrThrow({ where: { id: ctx.projectId }, select: { name: true } });
    await writeEmail(ctx, tx, {
      recipient: email,
      content: invitationEmail({ link, project: name, by: ctx.actor.label, role }),
    });
    await audit(ctx, tx, { action: "invitation.create", targetId: link.id, summary: `Invited ${email} as ${role}` });
    return link;
  });
}

const invitationEmail = (of: { link: NewLink; project: string; by: string; role: Role }) => ({
  subject: `${of.by} invites you to ${of.project}`,
  text:
    `${of.by} invites you to the project ${of.project} of Trigger System, as ${of.role}:\n\n${of.link.link}\n\n` +
    `The link works once, until ${of.link.expiresAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`,
  unsubscribe: null,
});

/** A page of the invitations that can still be accepted, newest first. */
export async function pageInvitations(ctx: ProjectContext, input: PageInput): Promise<Page<OpenInvitation>> {
  requirePermission(ctx, "member:manage");
  const rows = await ctx.db.accessLink.findMany({
    where: {
      projectId: ctx.projectId,
      kind: "INVITATION",
      usedAt: null,
      revokedAt: null,
      expiresAt: { gt: ctx.now() },
      ...afterCursor(input.cursor),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
    select: { id: true, email: true, role: true, createdAt: true, expiresAt: true },
  });
  const page = toPage(rows, input.limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: page.items.map((row) => ({ ...row, role: row.role ?? "viewer" })) };
}

export async function revokeInvitation(ctx: ProjectContext, input: { id: string }): Promise<void> {
  requirePermission(ctx, "member:manage");
  await ctx.db.$transaction(async (tx) => {
    const where = {
      id: input.id,
      projectId: ctx.projectId,
      kind: "INVITATION" as const,
      usedAt: null,
      revokedAt: null,
    };
    const link = await tx.accessLink.findFirst({ where, select: { email: true } });
    if (!link) throw notFound("open invitation");
    await tx.accessLink.updateMany({ where, data: { revokedAt: ctx.now() } });
    await audit(ctx, tx, {
      action: "invitation.revoke",
      targetId: input.id,
      summary: `Revoked the invitation of ${link.email}`,
    });
  });
}

export const invalidLink = (): AppError =>
  new AppError("NOT_FOUND", "This link was used already, has run out, or was withdrawn. Ask for a new one.");

/**
 * Returns the purpose of a link, for the page that it opens. The answer hides whether the link's email has an account.
 */
export async function inspectLink(ctx: ServiceContext, input: { token: string }): Promise<InspectedLink> {
  const link = await findOpenLink(ctx, ctx.db, input.token);
  const { email, expiresAt } = link;
  if (link.kind === "PASSWORD_RESET") return { kind: link.kind, email, expiresAt };
  if (!link.project || !link.role) throw invalidLink();
  return { kind: link.kind, email, expiresAt, projectName: link.project.name, role: link.role };
}

/** Finds a link that still works. @throws AppError NOT_FOUND, with one message for every fault of a link */
export async function findOpenLink(ctx: ServiceContext, tx: Queryable, token: string) {
  const link = await tx.accessLink.findFirst({
    where: {
      tokenHash: sha256(token),
      usedAt: null,
      revokedAt: null,
      expiresAt: { gt: ctx.now() },
      OR: [{ projectId: null }, { project: { deletedAt: null } }],
    },
    select: {
      id: true,
      kind: true,
      email: true,
      role: true,
      projectId: true,
      createdById: true,
      expiresAt: true,
      project: { select: { name: true } },
    },
  });
  if (!link) throw invalidLink();
  return link;
}

/** Marks a link as used. If two requests use it at once, one succeeds. */
export async function claimLink(ctx: ServiceContext, tx: Queryable, id: string): Promise<void> {
  const { count } = await tx.accessLink.updateMany({
    where: { id, usedAt: null, revokedAt: null },
    data: { usedAt: ctx.now() },
  });
  if (count === 0) throw invalidLink();
}
