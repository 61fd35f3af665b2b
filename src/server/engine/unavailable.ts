import { codeOf, isDatabaseUnavailable, isDiskFull, saysAway } from "@/server/platform/database-errors";

/** Why events cannot be taken right now. */
export type UnavailableReason = "overloaded" | "disk full" | "unreachable";

/** Events were not taken, and would be later: nothing is wrong with them. */
export class Unavailable extends Error {
  readonly reason: UnavailableReason;
  /** 429 says that the sender should slow down, 503 that it is not to blame. */
  readonly status: 429 | 503;
  readonly retryAfterSeconds: number;

  constructor(reason: UnavailableReason, message: string, retryAfterSeconds: number, cause?: unknown) {
    super(message, { cause });
    this.name = "Unavailable";
    this.reason = reason;
    this.status = reason === "overloaded" ? 429 : 503;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const DISK_RETRY_SECONDS = 30;
const DATABASE_RETRY_SECONDS = 5;

/**
 * What the failure of a write says of the database: its disk is full, or it cannot be reached. null where the failure
 * is another one.
 */
export function unavailableFrom(error: unknown): Unavailable | null {
  if (!(error instanceof Error)) return null;
  const code = codeOf(error);
  if (isDiskFull(code)) {
    return new Unavailable(
      "disk full",
      "The disk of the database is full. Nothing of this request was accepted; send it again later",
      DISK_RETRY_SECONDS,
      error,
    );
  }
  if (!isDatabaseUnavailable(code) && !(code === "" && saysAway(error.message))) return null;
  // A commit may have come through whose answer did not: that is why this does not say that nothing was accepted.
  const message = "The database does not take events. Send them again: with the same id seed none is taken twice";
  return new Unavailable("unreachable", message, DATABASE_RETRY_SECONDS, error);
}
