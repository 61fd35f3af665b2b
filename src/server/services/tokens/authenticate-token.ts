import { makeTokenActor, type TokenActor } from "@/domain/actor";
import { sha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { listKnownTokenScopes, API_TOKEN_PREFIX } from "./token-row";

/** The time of a token's last use is stored at most once in this time, ms. */
const TOUCH_MS = 60_000;

/**
 * Finds the API token of a request, and returns the actor in whose name the request runs. Each request asks the
 * database, so that a revoked token is refused at once.
 * @throws AppError UNAUTHORIZED; the message says what is wrong with the token
 */
export async function authenticateToken(ctx: ServiceContext, token: string): Promise<TokenActor> {
  if (!token.startsWith(API_TOKEN_PREFIX) || token.length > 200)
    throw refusal(
      "invalid_token",
      `This is no API token: one begins with ${API_TOKEN_PREFIX}. Make one in the settings.`,
    );
  const row = await ctx.db.apiToken.findUnique({
    where: { hash: sha256(token) },
    select: {
      id: true,
      name: true,
      projectId: true,
      scopes: true,
      expiresAt: true,
      lastUsedAt: true,
      revokedAt: true,
      user: { select: { id: true, email: true } },
    },
  });
  const now = ctx.now();
  if (!row)
    throw refusal("invalid_token", "This API token is unknown. Check that it was copied whole, or make a new one.");
  if (row.revokedAt) throw refusal("revoked_token", "This API token was revoked. Make a new one in the settings.");
  if (row.expiresAt && row.expiresAt <= now)
    throw refusal("expired_token", `This API token expired at ${row.expiresAt.toISOString()}. Make a new one.`);
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() >= TOUCH_MS) await touch(ctx, row.id, now);
  return makeTokenActor({
    id: row.id,
    name: row.name,
    maker: { id: row.user.id, label: row.user.email },
    projectId: row.projectId,
    scopes: listKnownTokenScopes(row.scopes),
  });
}

/**
 * Stores the time of a token's last use. It never throws, so that requests that only read work while the database
 * accepts no writes.
 */
async function touch(ctx: ServiceContext, id: string, now: Date): Promise<void> {
  await ctx.db.apiToken.updateMany({ where: { id }, data: { lastUsedAt: now } }).catch((error: unknown) => {
    ctx.log.warn({ err: error, tokenId: id }, "the last use of an API token could not be written down");
  });
}

const refusal = (reason: string, message: string): AppError => new AppError("UNAUTHORIZED", message, { reason });
