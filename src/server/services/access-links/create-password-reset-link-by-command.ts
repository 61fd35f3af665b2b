import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { auditAccountChange } from "../account-audit";
import { createAccessLink, type NewAccessLink } from "./create-access-link";

/**
 * Makes a password-reset link for the command `npm run reset-password`, which the operator runs. Unlike a link that a
 * member makes, it needs no permission over the person.
 */
export async function createPasswordResetLinkByCommand(
  ctx: ServiceContext,
  input: { email: string },
): Promise<NewAccessLink> {
  const email = input.email.trim().toLowerCase();
  const user = await ctx.db.user.findUnique({ where: { email }, select: { id: true } });
  if (!user) throw new AppError("NOT_FOUND", `Nobody here has the email ${email}.`);
  return ctx.db.$transaction(async (tx) => {
    const link = await createAccessLink(ctx, tx, { kind: "PASSWORD_RESET", email, role: null, projectId: null });
    await auditAccountChange(ctx, tx, {
      user: { id: user.id, email },
      action: "passwordReset.createByCommand",
      summary: `A command made a link for a new password of ${email}.`,
      actorLabel: ctx.actor.label,
    });
    return link;
  });
}
