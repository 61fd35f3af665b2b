import { z } from "zod";
import { sha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import type { Database, DatabaseOrTransaction } from "@/server/db/client";
import { AppError, httpStatusOf } from "@/server/errors";

/** For this many hours a repeated request gets the stored answer. */
const REPEAT_HOURS = 24;
/** If a request has no answer after this time, ms, its process has died. */
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
 * request gets the first answer again. A refused request frees its key, so the caller can correct it. Each transaction
 * of the request marks the key. So a repeat never runs work twice, also if the process died before the answer was
 * stored.
 * @param run the request's work, whose transactions must use the given database
 * @throws AppError CONFLICT while the first request runs, or if it took effect and its answer was lost; UNPROCESSABLE
 * if the key belongs to a different request
 */
export async function runRequestOnce(
  ctx: ServiceContext,
  input: RunRequestOnceInput,
  run: (db: Database) => Promise<StoredApiAnswer>,
): Promise<StoredApiAnswer & { isRepeat: boolean }> {
  const claimedAt = ctx.now();
  const stored = await claim(ctx, input, claimedAt);
  if (stored) return { ...stored, isRepeat: true };
  const where = { tokenId: input.tokenId, key: input.key, createdAt: claimedAt };
  const warn = (error: unknown): void =>
    ctx.log.warn({ err: (error as Error).message, tokenId: input.tokenId }, "an Idempotency-Key was not updated");
  let answer: StoredApiAnswer;
  try {
    answer = await run(markingTransactions(ctx.db, where));
  } catch (error) {
    const wasRefused = error instanceof AppError && httpStatusOf[error.code] < 500;
    await ctx.db.apiRequest.deleteMany({ where: wasRefused ? where : { ...where, committedAt: null } }).catch(warn);
    throw error;
  }
  const { status, headers, body } = answer;
  const ciphertext = ctx.cipher.encrypt(JSON.stringify({ headers, body }));
  const done =
    status >= 300
      ? ctx.db.apiRequest.deleteMany({ where })
      : ctx.db.apiRequest.updateMany({ where, data: { status, ciphertext } });
  // The work is done, so the caller gets its answer, whether a repeat can have it or not.
  await done.catch(warn);
  return { ...answer, isRepeat: false };
}

/**
 * Returns a database whose transactions mark the request's key. A transaction fails if another process has taken the
 * key over, because this one did not answer for too long.
 */
function markingTransactions(db: Database, where: { tokenId: string; key: string; createdAt: Date }): Database {
  const marking = async (
    work: (tx: DatabaseOrTransaction) => Promise<unknown>,
    options?: Parameters<Database["$transaction"]>[1],
  ): Promise<unknown> =>
    db.$transaction(async (tx) => {
      const result = await work(tx);
      const { count } = await tx.apiRequest.updateMany({ where, data: { committedAt: where.createdAt } });
      if (count === 0) throw inProgressError();
      return result;
    }, options);
  return new Proxy(db, {
    get: (target, name) => (name === "$transaction" ? marking : (Reflect.get(target, name) as unknown)),
  });
}

/**
 * Reserves the Idempotency-Key for this request. Returns the stored answer if an earlier request with the key has
 * ended; null if this request has to run.
 */
async function claim(
  ctx: ServiceContext,
  { tokenId, key, request }: RunRequestOnceInput,
  now: Date,
): Promise<StoredApiAnswer | null> {
  const fingerprint = sha256(request);
  const expired = new Date(now.getTime() - REPEAT_HOURS * 3_600_000);
  const abandoned = new Date(now.getTime() - ABANDONED_MS);
  const claimed = await ctx.db.$queryRaw<unknown[]>`
    INSERT INTO api_request AS r (token_id, key, fingerprint, created_at)
      VALUES (${tokenId}, ${key}, ${fingerprint}, ${now})
    ON CONFLICT (token_id, key) DO UPDATE
      SET fingerprint = ${fingerprint}, status = NULL, ciphertext = '', created_at = ${now}, committed_at = NULL
      WHERE r.created_at <= ${expired}
        OR (r.status IS NULL AND r.committed_at IS NULL AND r.created_at <= ${abandoned})
    RETURNING 1`;
  if (claimed.length > 0) return null;
  const row = await ctx.db.apiRequest.findUnique({
    where: { tokenId_key: { tokenId, key } },
    select: { fingerprint: true, status: true, ciphertext: true, createdAt: true },
  });
  if (row && row.fingerprint !== fingerprint)
    throw new AppError(
      "UNPROCESSABLE",
      "This Idempotency-Key belongs to another request of the last 24 hours. Use a new key for a new request.",
      { reason: "idempotency_key_reused" },
    );
  if (row?.status != null)
    return { status: row.status, ...StoredApiAnswer.parse(JSON.parse(ctx.cipher.decrypt(row.ciphertext))) };
  if (row && row.createdAt <= abandoned)
    throw new AppError(
      "CONFLICT",
      "The first request with this Idempotency-Key took effect, but its answer was lost. Look at what it changed. " +
        "Use a new key to send it again.",
      { reason: "answer_lost" },
    );
  // No row: the first request has just failed. No status: it still runs. In both cases the caller must try again.
  throw inProgressError();
}

const inProgressError = (): AppError =>
  new AppError("CONFLICT", "The first request with this Idempotency-Key is under way. Repeat it in a second.", {
    reason: "request_in_progress",
    retryAfterSeconds: 1,
  });
