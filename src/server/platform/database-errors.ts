/*
 * Classifies database errors by their code: an SQLSTATE (PostgreSQL manual, appendix A) or a code of Node's sockets.
 * Callers pass undefined or "" for an error without a code.
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
/** Words in the messages of drivers about lost connections, which come without a code. */
const AWAY_WORDS =
  /connection terminated|timeout exceeded when trying to connect|connection ended|not queryable|query read timeout|can't reach database|server closed the connection/i;

const isSqlState = (code: unknown): code is string => typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);

/** Tells whether an error code says that the disk of the database is full. */
export const isDiskFull = (code: unknown): boolean => code === "53100" || code === "ENOSPC";

/**
 * Tells whether an operator must correct the database: refused sign-in (28), missing database or schema (3D, 3F),
 * missing right, table or column. No statement is at fault, so the same statement succeeds afterwards.
 */
const needsOperator = (code: string): boolean => /^(28|3D|3F|42501|42P01|42703)/.test(code);

/**
 * Tells whether the database cannot be used now, for lack of a connection or resources, during a shutdown, while
 * another session holds a lock (55P03), or until an operator corrects it. 25006 comes from a standby while another
 * server takes over.
 */
export const isDatabaseUnavailable = (code: unknown): boolean =>
  AWAY_SOCKET.has(code as string) ||
  (isSqlState(code) && (/^(08|53|57P|58|25006|55P03)/.test(code) || needsOperator(code)));

/** Tells whether an error's message says that the connection to the database was lost. */
export const isDatabaseUnavailableMessage = (message: unknown): boolean =>
  typeof message === "string" && AWAY_WORDS.test(message);

/**
 * Tells whether the same statement may succeed later. The cause was, for example, a lost connection, missing resources,
 * another transaction or the work of an operator.
 */
export const isTransientDatabaseCode = (code: unknown): boolean =>
  isDatabaseUnavailable(code) || (isSqlState(code) && /^(40|55|57)/.test(code));

/** Tells whether PostgreSQL rolled the transaction back in favour of others: serialisation failure or deadlock. */
export const isTransactionGivenUpCode = (code: unknown): boolean => code === "40001" || code === "40P01";

/** Tells whether PostgreSQL canceled a statement (query_canceled), usually at its timeout. */
export const isStatementTimeoutCode = (code: unknown): boolean => code === "57014";

/** Tells whether PostgreSQL refused a statement or its data, so that a repetition cannot succeed. */
export const isStatementRefusedCode = (code: unknown): boolean =>
  isSqlState(code) && /^(21|22|23|42|54)/.test(code) && !needsOperator(code);
