import { personIdOf } from "@/domain/actor";
import type { ApiTokenInput } from "@/domain/api-token";
import type { ProjectContext } from "@/server/context";
import { AppError, notFound } from "@/server/errors";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { afterCursor, toPage, type Page, type PageInput } from "../keyset";
import { describeToken, newToken, tokenSelect, toSummary, type ApiTokenSummary } from "./token-row";

/** The most tokens of a project that are neither revoked nor expired. */
const TOKENS_MAX = 100;

/** Makes a token that opens only this project. Only this answer ever shows it. Its maker's role bounds it. */
export async function createProjectToken(
  ctx: ProjectContext,
  input: ApiTokenInput,
): Promise<{ id: string; token: string }> {
  requirePermission(ctx, "token:manage");
  const userId = personIdOf(ctx.actor);
  if (userId === null) throw new AppError("FORBIDDEN", "Only a person can make a token.");
  const now = ctx.now();
  const { token, row } = newToken({ projectId: ctx.projectId, userId }, input, now);
  await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    const active = await tx.apiToken.count({
      where: { projectId: ctx.projectId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    });
    if (active >= TOKENS_MAX)
      throw new AppError("CONFLICT", `A project has at most ${TOKENS_MAX} tokens. Revoke one that is not needed.`);
    await tx.apiToken.create({ data: row, select: { id: true } });
    await audit(ctx, tx, {
      action: "token.create",
      targetId: row.id,
      summary: `Created the API token ${describeToken(row)}`,
    });
  });
  return { id: row.id, token };
}

/** Returns a page of the project's tokens, newest first, including revoked and expired ones. */
export async function listProjectTokens(ctx: ProjectContext, input: PageInput): Promise<Page<ApiTokenSummary>> {
  requirePermission(ctx, "token:manage");
  const rows = await ctx.db.apiToken.findMany({
    where: { projectId: ctx.projectId, ...afterCursor(input.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
    select: tokenSelect,
  });
  const page = toPage(rows, input.limit, (row) => ({ at: row.createdAt, id: row.id }));
  return { ...page, items: page.items.map(toSummary) };
}

/** Revokes a token of the project. Its next call gets 401. */
export async function revokeProjectToken(ctx: ProjectContext, input: { id: string }): Promise<void> {
  requirePermission(ctx, "token:manage");
  const token = await ctx.db.apiToken.findFirst({
    where: { id: input.id, projectId: ctx.projectId },
    select: { name: true, last4: true },
  });
  if (!token) throw notFound("token");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.apiToken.updateMany({
      where: { id: input.id, projectId: ctx.projectId, revokedAt: null },
      data: { revokedAt: ctx.now() },
    });
    if (count === 0) return;
    await audit(ctx, tx, {
      action: "token.revoke",
      targetId: input.id,
      summary: `Revoked the API token “${token.name}” (…${token.last4})`,
    });
  });
}
