/*
 * What a failure says of the database, by its code: an SQLSTATE (PostgreSQL manual, appendix A) or a code of Node's
 * sockets. A code that is none is undefined or "".
 */

const AWAY_SOCKET = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);
/** What drivers say of connections without a code. */
const AWAY_WORDS =
  /connection terminated|timeout exceeded when trying to connect|connection ended|not queryable|query read timeout|can't reach database|server closed the connection/i;

const isSqlState = (code: unknown): code is string => typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);

/** The disk of the database is full. */
export const isDiskFull = (code: unknown): boolean => code === "53100" || code === "ENOSPC";

/**
 * The database cannot be used now: connection, resources, shutdown, system. 25006 comes from a standby, while another
 * server takes over.
 */
export const isAway = (code: unknown): boolean =>
  AWAY_SOCKET.has(code as string) || (isSqlState(code) && (/^(08|53|57P|58)/.test(code) || code === "25006"));

/** The words of an error without a code say that the database cannot be used now. */
export const saysAway = (message: unknown): boolean => typeof message === "string" && AWAY_WORDS.test(message);

/** The same statement may succeed later: the database is away, an operator intervened, or others stood in the way. */
export const isTransient = (code: unknown): boolean => isAway(code) || (isSqlState(code) && /^(40|55|57)/.test(code));

/** PostgreSQL gave up the transaction to let others go on: serialisation failure, deadlock. */
export const isGivenUp = (code: unknown): boolean => code === "40001" || code === "40P01";

/** query_canceled: a statement ran into its timeout. */
export const isCanceled = (code: unknown): boolean => code === "57014";

/** PostgreSQL refused the statement itself (bad data), so that the same again cannot help. */
export const isRefused = (code: unknown): boolean => isSqlState(code) && /^(21|22|23|42|54)/.test(code);

/** The code of an error of `pg` or of Node; "" where it has none. */
export const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");
