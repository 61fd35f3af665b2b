import type { ApiTokenInput } from "@/domain/api-token";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import type { SignedInUser } from "../access";
import { auditAccount } from "../account-audit";
import { afterCursor, toPage, type Page, type PageInput } from "../keyset";
import { describeToken, newToken, tokenSelect, toSummary, type ApiTokenSummary } from "./token-row";

/** The most tokens of a person that are neither revoked nor expired. */
const TOKENS_MAX = 50;

/** Makes a token for every project of the person, now and later. Only this answer ever shows it. */
export async function createPersonalToken(
  ctx: ServiceContext,
  user: SignedInUser,
  input: ApiTokenInput,
): Promise<{ id: string; token: string }> {
  const now = ctx.now();
  const { token, row } = newToken({ projectId: null, userId: user.id }, input, now);
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
    await auditAccount(ctx, tx, {
      user,
      action: "account.createToken",
      summary: `Created the personal API token ${describeToken(row)}`,
    });
  });
  return { id: row.id, token };
}

/** Returns a page of the person's own tokens, newest first, including revoked and expired ones. */
export async function listPersonalTokens(
  ctx: ServiceContext,
  user: SignedInUser,
  input: PageInput,
): Promise<Page<ApiTokenSummary>> {
  const rows = await ctx.db.apiToken.findMany({
    where: { userId: user.id, projectId: null, ...afterCursor(input.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
    select: tokenSelect,
  });
  const page = toPage(rows, input.limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: page.items.map(toSummary) };
}

/** Revokes a personal token. Its next call gets 401. */
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
    await auditAccount(ctx, tx, {
      user,
      action: "account.revokeToken",
      summary: `Revoked the personal API token “${token.name}” (…${token.last4})`,
    });
  });
}
