import { readErrorCode } from "@/server/platform/error-code";
import { isDatabaseUnavailable, isDiskFull, isDatabaseUnavailableMessage } from "@/server/platform/database-errors";

/** The reason why the engine accepts no events now. */
export type EngineUnavailableReason = "overloaded" | "disk full" | "unreachable";

/** The engine cannot accept events now, and the sender may send the same events again later. */
export class EngineUnavailableError extends Error {
  readonly reason: EngineUnavailableReason;
  /** The HTTP status for the sender. 429: too much work waits. 503: the database or its disk fails. */
  readonly status: 429 | 503;
  readonly retryAfterSeconds: number;

  constructor(
    reason: EngineUnavailableReason,
    message: string,
    { retryAfterSeconds, cause }: { retryAfterSeconds: number; cause?: unknown },
  ) {
    super(message, { cause });
    this.name = "EngineUnavailableError";
    this.reason = reason;
    this.status = reason === "overloaded" ? 429 : 503;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const DISK_RETRY_SECONDS = 30;
const DATABASE_RETRY_SECONDS = 5;

/**
 * Makes the error for a write that failed because the disk is full or the database cannot be reached. Null for any
 * other failure.
 */
export function makeUnavailableError(error: unknown): EngineUnavailableError | null {
  if (!(error instanceof Error)) return null;
  const code = readErrorCode(error);
  if (isDiskFull(code)) {
    return new EngineUnavailableError(
      "disk full",
      "The disk of the database is full. Nothing of this request was accepted; send it again later",
      { retryAfterSeconds: DISK_RETRY_SECONDS, cause: error },
    );
  }
  if (!isDatabaseUnavailable(code) && !(code === "" && isDatabaseUnavailableMessage(error.message))) return null;
  // The commit may have succeeded although its answer was lost. So the message does not say that no event was accepted.
  const message = "The database does not take events. Send them again: with the same id seed none is taken twice";
  return new EngineUnavailableError("unreachable", message, {
    retryAfterSeconds: DATABASE_RETRY_SECONDS,
    cause: error,
  });
}
