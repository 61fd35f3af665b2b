import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import type { SignedInUser } from "../access";
import { auditAccountChange } from "../account-audit";

/** Revokes a personal API token. Its next request gets the status 401. */
export async function revokePersonalToken(
  ctx: ServiceContext,
  user: SignedInUser,
  input: { id: string },
): Promise<void> {
  const where = { id: input.id, userId: user.id, projectId: null };
  const token = await ctx.db.apiToken.findFirst({ where, select: { name: true, last4: true } });
  if (!token) throw new AppError("NOT_FOUND", "You have no such token.");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.apiToken.updateMany({
      where: { ...where, revokedAt: null },
      data: { revokedAt: ctx.now() },
    });
    if (count === 0) return;
    await auditAccountChange(ctx, tx, {
      user,
      action: "account.revokeToken",
      summary: `Revoked the personal API token “${token.name}” (…${token.last4})`,
    });
  });
}
