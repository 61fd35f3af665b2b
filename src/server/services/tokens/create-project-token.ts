import { readPersonIdOfActor } from "@/domain/actor";
import type { ApiTokenInput } from "@/domain/api-token";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { describeApiToken, makeApiToken } from "./token-row";

/** A project may have at most this many tokens that are neither revoked nor expired. */
const TOKENS_MAX = 100;

/**
 * Makes an API token for one project. The token may do no more than the person who makes it. Only this answer shows the
 * token.
 */
export async function createProjectToken(
  ctx: ProjectContext,
  input: ApiTokenInput,
): Promise<{ id: string; token: string }> {
  requirePermission(ctx, "token:manage");
  const userId = readPersonIdOfActor(ctx.actor);
  if (userId === null) throw new AppError("FORBIDDEN", "Only a person can make a token.");
  const now = ctx.now();
  const { token, row } = makeApiToken({ projectId: ctx.projectId, userId }, input, now);
  await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    const active = await tx.apiToken.count({
      where: { projectId: ctx.projectId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    });
    if (active >= TOKENS_MAX)
      throw new AppError("CONFLICT", `A project has at most ${TOKENS_MAX} tokens. Revoke one that is not needed.`);
    await tx.apiToken.create({ data: row, select: { id: true } });
    await writeAuditEntry(ctx, tx, {
      action: "token.create",
      targetId: row.id,
      summary: `Created the API token ${describeApiToken(row)}`,
    });
  });
  return { id: row.id, token };
}
