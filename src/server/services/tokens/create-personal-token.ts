import type { ApiTokenInput } from "@/domain/api-token";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import type { SignedInUser } from "../access";
import { auditAccountChange } from "../account-audit";
import { describeApiToken, makeApiToken } from "./token-row";

/** A person may have at most this many personal tokens that are neither revoked nor expired. */
const TOKENS_MAX = 50;

/** Makes an API token for all present and future projects of a person. Only this answer shows the token. */
export async function createPersonalToken(
  ctx: ServiceContext,
  user: SignedInUser,
  input: ApiTokenInput,
): Promise<{ id: string; token: string }> {
  const now = ctx.now();
  const { token, row } = makeApiToken({ projectId: null, userId: user.id }, input, now);
  await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "user" WHERE id = ${user.id} FOR NO KEY UPDATE`;
    const active = await tx.apiToken.count({
      where: {
        userId: user.id,
        projectId: null,
        revokedAt: null,
        OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
      },
    });
    if (active >= TOKENS_MAX)
      throw new AppError("CONFLICT", `A person has at most ${TOKENS_MAX} tokens. Revoke one that is not needed.`);
    await tx.apiToken.create({ data: row, select: { id: true } });
    await auditAccountChange(ctx, tx, {
      user,
      action: "account.createToken",
      summary: `Created the personal API token ${describeApiToken(row)}`,
    });
  });
  return { id: row.id, token };
}
