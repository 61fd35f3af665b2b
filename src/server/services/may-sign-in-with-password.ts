import type { ServiceContext } from "@/server/context";

/** While single sign-on is required, a password that was set by a command's link works for this long, ms. */
const WAY_IN_MS = 60 * 60_000;

/**
 * Tells whether a person may sign in with a password. If single sign-on is required, only admins of the installation
 * may. They may do so for an hour after they set the password by a link that the operator's command made. So the
 * operator can get in while the single sign-on provider fails.
 */
export async function maySignInWithPassword(
  ctx: Pick<ServiceContext, "db" | "env" | "now">,
  given: string,
): Promise<boolean> {
  if (!ctx.env.oidc?.isRequired) return true;
  const email = given.trim().toLowerCase();
  const admin = await ctx.db.user.findFirst({ where: { email, isInstallationAdmin: true }, select: { id: true } });
  if (!admin) return false;
  const since = new Date(ctx.now().getTime() - WAY_IN_MS);
  const link = await ctx.db.accessLink.findFirst({
    where: { email, kind: "PASSWORD_RESET", createdById: null, usedAt: { gte: since } },
    select: { id: true },
  });
  return link !== null;
}
