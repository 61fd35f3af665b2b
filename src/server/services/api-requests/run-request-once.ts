import { z } from "zod";
import { sha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import { AppError } from "@/server/errors";

/** For this many hours a repeated request gets the stored answer. */
const REPEAT_HOURS = 24;
/** If a request has no answer after this time, ms, its process has died. A repeated request then runs again. */
const ABANDONED_MS = 120_000;

const StoredApiAnswer = z.object({ headers: z.record(z.string(), z.string()), body: z.string() });
/** The stored answer to an API request, which a repeated request gets again. */
export type StoredApiAnswer = z.infer<typeof StoredApiAnswer> & { status: number };

export type RunRequestOnceInput = {
  tokenId: string;
  /** the value of the header Idempotency-Key */
  key: string;
  /** the request's method, path and body as one text, to tell a repeat from a different request */
  request: string;
};

/**
 * Runs an API request only once for each API token and Idempotency-Key within 24 hours, over all processes. A repeated
 * request gets the first answer again. Errors are not stored, so the caller can correct the request and use the same
 * key.
 * @throws AppError CONFLICT while the first request runs; UNPROCESSABLE if the key belongs to a different request
 */
export async function runRequestOnce(
  ctx: ServiceContext,
  input: RunRequestOnceInput,
  run: () => Promise<StoredApiAnswer>,
): Promise<StoredApiAnswer & { isRepeat: boolean }> {
  const fingerprint = sha256(input.request);
  const stored = await claim(ctx, input, fingerprint);
  if (stored) return { ...stored, isRepeat: true };
  const where = { tokenId_key: { tokenId: input.tokenId, key: input.key } };
  const forget = (): Promise<unknown> => ctx.db.apiRequest.delete({ where, select: { tokenId: true } });
  try {
    const answer = await run();
    const { status, headers, body } = answer;
    if (status >= 300) await forget();
    else {
      const ciphertext = ctx.cipher.encrypt(JSON.stringify({ headers, body }));
      await ctx.db.apiRequest.update({ where, data: { status, ciphertext }, select: { tokenId: true } });
    }
    return { ...answer, isRepeat: false };
  } catch (error) {
    await forget();
    throw error;
  }
}

/**
 * Reserves the Idempotency-Key for this request. Returns the stored answer if an earlier request with the key has
 * ended; null if this request has to run.
 */
async function claim(
  ctx: ServiceContext,
  { tokenId, key }: RunRequestOnceInput,
  fingerprint: string,
): Promise<StoredApiAnswer | null> {
  const now = ctx.now();
  const expired = new Date(now.getTime() - REPEAT_HOURS * 3_600_000);
  const abandoned = new Date(now.getTime() - ABANDONED_MS);
  const claimed = await ctx.db.$queryRaw<unknown[]>`
    INSERT INTO api_request AS r (token_id, key, fingerprint, created_at)
      VALUES (${tokenId}, ${key}, ${fingerprint}, ${now})
    ON CONFLICT (token_id, key) DO UPDATE
      SET fingerprint = ${fingerprint}, status = NULL, ciphertext = '', created_at = ${now}
      WHERE r.created_at <= ${expired} OR (r.status IS NULL AND r.created_at <= ${abandoned})
    RETURNING 1`;
  if (claimed.length > 0) return null;
  const row = await ctx.db.apiRequest.findUnique({
    where: { tokenId_key: { tokenId, key } },
    select: { fingerprint: true, status: true, ciphertext: true },
  });
  if (row && row.fingerprint !== fingerprint)
    throw new AppError(
      "UNPROCESSABLE",
      "This Idempotency-Key belongs to another request of the last 24 hours. Use a new key for a new request.",
      { reason: "idempotency_key_reused" },
    );
  // Without a row the first request has just failed; without a status it still runs. The caller must repeat both.
  if (row?.status == null)
    throw new AppError("CONFLICT", "The first request with this Idempotency-Key is under way. Repeat it in a second.", {
      reason: "request_in_progress",
      retryAfterSeconds: 1,
    });
  return { status: row.status, ...StoredApiAnswer.parse(JSON.parse(ctx.cipher.decrypt(row.ciphertext))) };
}
