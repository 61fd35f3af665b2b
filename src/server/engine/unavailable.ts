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

const UNREACHABLE_NODE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
/** What pg says of connections without a code. */
const UNREACHABLE_WORDS =
  /connection terminated|timeout exceeded when trying to connect|connection ended|not queryable|query read timeout/i;

/**
 * What the failure of a write says of the database: its disk is full, or it cannot be reached. null where the failure
 * is another one. Codes: PostgreSQL manual, appendix A.
 */
export function unavailableFrom(error: unknown): Unavailable | null {
  if (!(error instanceof Error)) return null;
  const code = "code" in error ? String(error.code) : "";
  if (code === "53100" || code === "ENOSPC") {
    return new Unavailable(
      "disk full",
      "The disk of the database is full. Nothing of this request was accepted; send it again later",
      DISK_RETRY_SECONDS,
      error,
    );
  }
  // 25006: a standby, while another server takes over.
  const away =
    /^(08|53|57P|58)/.test(code) ||
    code === "25006" ||
    UNREACHABLE_NODE.has(code) ||
    (code === "" && UNREACHABLE_WORDS.test(error.message));
  if (!away) return null;
  // A commit may have come through whose answer did not: that is why this does not say that nothing was accepted.
  const message = "The database does not take events. Send them again: with the same id seed none is taken twice";
  return new Unavailable("unreachable", message, DATABASE_RETRY_SECONDS, error);
}
