import type { ServiceContext } from "@/server/context";

/** After a command's link set a new password, its owner may sign in with it for this time. */
const WAY_IN_MS = 60 * 60_000;

/**
 * Tells whether somebody may sign in with a password. Where single sign-on is required, only an admin of the
 * installation may, for an hour after a link that a command made has set the password: a way in while the provider is
 * away.
 */
export async function mayUsePassword(ctx: Pick<ServiceContext, "db" | "env" | "now">, given: string): Promise<boolean> {
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
