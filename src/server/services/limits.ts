import { randomUUID } from "node:crypto";
import type { ServiceContext } from "@/server/context";
import { sha256 } from "@/server/crypto";
import { AppError } from "@/server/errors";

export type Limit = { key: string; max: number; windowMs: number };

/**
 * Counts one use of something against a limit that all processes share: `max` uses in a window that begins with the first.
 * @throws AppError TOO_MANY_REQUESTS with the seconds until the window ends
 */
export async function takeFromLimit(
  ctx: Pick<ServiceContext, "db" | "now">,
  { key, max, windowMs }: Limit,
): Promise<void> {
  const now = ctx.now().getTime();
  const [row] = await ctx.db.$queryRaw<{ count: number; last_request: bigint }[]>`
    INSERT INTO rate_limit AS r (id, key, count, last_request) VALUES (${randomUUID()}, ${key}, 1, ${now}::bigint)
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN r.last_request <= ${now - windowMs}::bigint THEN 1 ELSE r.count + 1 END,
      last_request = CASE WHEN r.last_request <= ${now - windowMs}::bigint THEN ${now}::bigint ELSE r.last_request END
    RETURNING count, last_request`;
  if (!row || row.count <= max) return;
  const retryAfterSeconds = Math.max(1, Math.ceil((Number(row.last_request) + windowMs - now) / 1_000));
  throw new AppError("TOO_MANY_REQUESTS", "Too many attempts. Wait a few minutes and try again.", {
    retryAfterSeconds,
  });
}

/** Forgets what was counted. */
export async function clearLimit(ctx: Pick<ServiceContext, "db">, key: string): Promise<void> {
  await ctx.db.rateLimit.deleteMany({ where: { key } });
}

/** Attempts to prove a password, whichever way they come in. Hashed, as anything can be sent as an email, and a key is text. */
export const passwordLimit = (email: string): Limit => ({
  key: `password:${sha256(email.trim().toLowerCase())}`,
  max: 10,
  windowMs: 15 * 60_000,
});
