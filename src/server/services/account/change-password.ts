import { hashPassword } from "better-auth/crypto";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import type { SignedInUser } from "../access";
import { auditAccountChange } from "../account-audit";
import { clearUsages, takeUsageFromLimit } from "../usage-limits";
import { isPasswordOfUser, setPassword } from "../users";

/** Changes the password of the signed-in person. All other sessions of this person end. */
export async function changePassword(
  ctx: ServiceContext,
  user: SignedInUser,
  input: { currentPassword: string; newPassword: string },
): Promise<void> {
  // Each try counts until one succeeds. Failed sign-ins with the email have another limit.
  const limit = { key: `password:change:${user.id}`, max: 10, windowMs: 15 * 60_000 };
  await takeUsageFromLimit(ctx, limit);
  if (!(await isPasswordOfUser(ctx.db, user.id, input.currentPassword))) {
    throw new AppError("BAD_REQUEST", "The current password is not right.", {
      fields: { currentPassword: "This is not your current password." },
    });
  }
  await clearUsages(ctx, limit.key);
  const passwordHash = await hashPassword(input.newPassword);
  await ctx.db.$transaction(async (tx) => {
    await setPassword(tx, {
      userId: user.id,
      passwordHash,
      keepSessionId: user.sessionId,
      now: ctx.now(),
    });
    await auditAccountChange(ctx, tx, {
      user,
      action: "account.changePassword",
      summary: "Changed the password; all other sessions ended.",
    });
  });
}
