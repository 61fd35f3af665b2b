import { roleHasPermission } from "@/domain/access";
import { userActor } from "@/domain/actor";
import type { ServiceContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { auditAccount } from "../account-audit";
import { audit } from "../audit";
import { forgetAttemptsOf } from "../password-attempts";
import { setPassword } from "../users";
import { claimLink, findOpenLink, invalidLink } from "./claim-link";
import { requirePowerOver } from "./create-password-reset-link";
import { roleIn } from "./role-in";

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
  if (!role || !roleHasPermission(role, "member:manage")) throw invalidLink();
  await requirePowerOver(tx, link.createdById, link.userId).catch(() => {
    throw invalidLink();
  });
}
