import type { ServiceContext } from "@/server/context";

/** How long a person may sign in with a password that a command's link has set, ms. */
const WAY_IN_MS = 60 * 60_000;

/**
 * Tells whether a person may sign in with a password. If single sign-on is required, only an admin of the installation
 * may, for an hour after a command's link set the password. This helps while the provider is away.
 */
export async function maySignInWithPassword(ctx: Pick<ServiceContext, "db" | "env" | "now">, given: string): Promise<boolean> {
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
