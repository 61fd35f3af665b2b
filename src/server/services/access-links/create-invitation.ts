import type { Role } from "@/domain/access";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { queueEmail } from "../email/queue-email";
import { requireProjectBelowLimit } from "../project-limits";
import { createAccessLink, type NewAccessLink } from "./create-access-link";

/** Invites a person to the project. The invitation lasts 7 days. Only owners invite owners. */
export async function createInvitation(
  ctx: ProjectContext,
  input: { email: string; role: Role },
): Promise<NewAccessLink> {
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
    await requireProjectBelowLimit(ctx, tx, "invitations");
    const link = await createAccessLink(ctx, tx, { kind: "INVITATION", email, role, projectId: ctx.projectId });
    const { name } = await tx.project.findUniqueOrThrow({ where: { id: ctx.projectId }, select: { name: true } });
    await queueEmail(ctx, tx, {
      recipient: email,
      content: invitationEmail({ link, project: name, by: ctx.actor.label, role }),
    });
    await writeAuditEntry(ctx, tx, {
      action: "invitation.create",
      targetId: link.id,
      summary: `Invited ${email} as ${role}`,
    });
    return link;
  });
}

const invitationEmail = (of: { link: NewAccessLink; project: string; by: string; role: Role }) => ({
  subject: `${of.by} invites you to ${of.project}`,
  text:
    `${of.by} invites you to the project ${of.project} of Trigger System, as ${of.role}:\n\n${of.link.link}\n\n` +
    `The link works once, until ${of.link.expiresAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`,
  unsubscribe: null,
});
