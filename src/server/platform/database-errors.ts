/*
 * Classifies failures of the database by their code: an SQLSTATE (PostgreSQL manual, appendix A) or a code of Node's
 * sockets. For an error without a code, the code is undefined or "".
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
/** Messages of drivers for lost connections, which come without a code. */
const AWAY_WORDS =
  /connection terminated|timeout exceeded when trying to connect|connection ended|not queryable|query read timeout|can't reach database|server closed the connection/i;

const isSqlState = (code: unknown): code is string => typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);

/** Tells whether the disk of the database is full. */
export const isDiskFull = (code: unknown): boolean => code === "53100" || code === "ENOSPC";

/**
 * Tells whether the database cannot be used now: connection, resources, shutdown, system. A standby answers 25006 while
 * another server takes over.
 */
export const isDatabaseUnavailable = (code: unknown): boolean =>
  AWAY_SOCKET.has(code as string) || (isSqlState(code) && (/^(08|53|57P|58)/.test(code) || code === "25006"));

/** Tells whether the message of an error without a code says that the database cannot be used now. */
export const saysDatabaseIsAway = (message: unknown): boolean =>
  typeof message === "string" && AWAY_WORDS.test(message);

/**
 * Tells whether the same statement may succeed later: the database is away, an operator intervened, or another
 * transaction interfered.
 */
export const isTransientDatabaseCode = (code: unknown): boolean =>
  isDatabaseUnavailable(code) || (isSqlState(code) && /^(40|55|57)/.test(code));

/** Tells whether PostgreSQL gave up the transaction so that others could go on: serialisation failure, deadlock. */
export const isTransactionGivenUpCode = (code: unknown): boolean => code === "40001" || code === "40P01";

/** Tells whether a statement exceeded its timeout (query_canceled). */
export const isStatementTimeoutCode = (code: unknown): boolean => code === "57014";

/** Tells whether PostgreSQL refused the statement itself (bad data), so that a repetition cannot succeed. */
export const isStatementRefusedCode = (code: unknown): boolean => isSqlState(code) && /^(21|22|23|42|54)/.test(code);

/** Returns the code of an error of `pg` or of Node; "" without one. */
export const errorCodeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";
