import type { ServiceContext } from "@/server/context";
import { auditAccountChange } from "./account-audit";
import { removePassword } from "./users";

/**
 * Ends every way into an account that was there before its person first signed in with single sign-on: the password,
 * the sessions and the personal API tokens. Whoever invites an email may open the invitation's link and set a password,
 * so the account may be another person's until the provider proves the email.
 */
export async function endAccessBeforeSso(
  ctx: Pick<ServiceContext, "db" | "now">,
  { userId, provider }: { userId: string; provider: string },
): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { id: userId }, select: { id: true, email: true } });
    // The library may still be creating a new person.
    if (!user) return;
    const hadPassword = await removePassword(tx, userId);
    const tokens = await tx.apiToken.updateMany({
      where: { userId, projectId: null, revokedAt: null },
      data: { revokedAt: ctx.now() },
    });
    if (!hadPassword && tokens.count === 0) return;
    await auditAccountChange(ctx, tx, {
      user,
      action: "account.linkSso",
      summary:
        `Signed in with ${provider} for the first time. The password, the sessions and ` +
        `${tokens.count} personal API tokens from before ended.`,
    });
  });
}
