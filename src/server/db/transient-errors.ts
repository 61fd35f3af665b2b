import {
  isStatementTimeoutCode,
  isTransactionGivenUpCode,
  isTransientDatabaseCode,
  isDatabaseUnavailableMessage,
} from "@/server/platform/database-errors";

/** The codes of Prisma for failures after which the same call may succeed later. */
const TRANSIENT_PRISMA = new Set([
  /*
   * These failures pass by themselves: no connection, timeout, closed connection, exhausted pool, expired transaction,
   * write conflict, too many connections.
   */
  ...["P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2034", "P2037"],
  // These pass when an operator corrects the database: sign-in, missing database, rights, missing table or column.
  ...["P1000", "P1003", "P1010", "P2021", "P2022"],
]);
/** The words of Prisma's adapter for a broken connection. It hides the error code of Node. */
const AWAY_KINDS = new Set<unknown>(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout"]);
const CAUSES_MAX = 5;

/** One error in a chain of causes. Prisma and its adapter wrap the error of the driver. */
type Wrapped = { codes: unknown[]; code: unknown; message: unknown; kind: unknown };

/** Lists an error and its causes, at most five in all, and the errors that Prisma's adapter wraps. */
function unwrap(error: unknown): Wrapped[] {
  const all: Wrapped[] = [];
  for (let current = error, depth = 0; current && depth < CAUSES_MAX; depth++) {
    const { code, message, meta, cause } = current as {
      code?: unknown;
      message?: unknown;
      meta?: { code?: unknown; driverAdapterError?: unknown };
      cause?: { originalCode?: unknown; kind?: unknown };
    };
    all.push({ codes: [code, meta?.code, cause?.originalCode], code, message, kind: cause?.kind });
    if (meta?.driverAdapterError) all.push(...unwrap(meta.driverAdapterError));
    current = cause;
  }
  return all;
}

/**
 * Tells whether an error came from a temporary state of the database, or from one that an operator can
 * correct, so that the same call may succeed later.
 */
export const isTransientDatabaseError = (error: unknown): boolean =>
  unwrap(error).some(
    ({ codes, message, kind }) =>
      codes.some((code) => isTransientDatabaseCode(code) || TRANSIENT_PRISMA.has(code as string)) ||
      isDatabaseUnavailableMessage(message) ||
      AWAY_KINDS.has(kind),
  );

/**
 * Tells whether a transaction or a statement took too long. A repetition would take as long, so callers use smaller
 * parts. A transaction that got no connection does not count.
 */
export const isTransactionTimeout = (error: unknown): boolean =>
  unwrap(error).some(
    ({ codes, code, message }) =>
      codes.some(isStatementTimeoutCode) ||
      (code === "P2028" && !String(message).includes("Unable to start a transaction")),
  );

/**
 * Tells whether PostgreSQL rolled a transaction back in favour of others (deadlock, serialisation failure). A
 * repetition may succeed at once.
 */
export const wasTransactionGivenUp = (error: unknown): boolean =>
  unwrap(error).some(
    ({ codes, kind }) =>
      codes.some((code) => isTransactionGivenUpCode(code) || code === "P2034") || kind === "TransactionWriteConflict",
  );
