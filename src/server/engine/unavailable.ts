import { errorCodeOf, isDatabaseUnavailable, isDiskFull, saysDatabaseIsAway } from "@/server/platform/database-errors";

/** The reason why events cannot be accepted now. */
export type EngineUnavailableReason = "overloaded" | "disk full" | "unreachable";

/** Events were not accepted now, and may be accepted later: the events themselves are sound. */
export class EngineUnavailableError extends Error {
  readonly reason: EngineUnavailableReason;
  /** 429 asks the sender to slow down; 503 says that the sender did nothing wrong. */
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
 * Makes the error for a failed write if the database's disk is full or the database cannot be reached. Null for any
 * other failure.
 */
export function makeUnavailableError(error: unknown): EngineUnavailableError | null {
  if (!(error instanceof Error)) return null;
  const code = errorCodeOf(error);
  if (isDiskFull(code)) {
    return new EngineUnavailableError(
      "disk full",
      "The disk of the database is full. Nothing of this request was accepted; send it again later",
      { retryAfterSeconds: DISK_RETRY_SECONDS, cause: error },
    );
  }
  if (!isDatabaseUnavailable(code) && !(code === "" && saysDatabaseIsAway(error.message))) return null;
  // The commit may have succeeded without an answer, so the message does not say that nothing was accepted.
  const message = "The database does not take events. Send them again: with the same id seed none is taken twice";
  return new EngineUnavailableError("unreachable", message, {
    retryAfterSeconds: DATABASE_RETRY_SECONDS,
    cause: error,
  });
}
