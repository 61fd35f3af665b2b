import { isStatementTimeoutCode, isTransactionGivenUpCode, isTransientDatabaseCode, saysDatabaseIsAway } from "@/server/platform/database-errors";

/** Prisma's codes for: cannot reach, timed out, closed, pool exhausted, transaction expired, write conflict. */
const TRANSIENT_PRISMA = new Set(["P1000", "P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2034", "P2037"]);
/** The adapter's words for a broken socket, which it uses in place of Node's code. */
const AWAY_KINDS = new Set<unknown>(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout"]);
const CAUSES_MAX = 5;

/** One error of a chain. Prisma and its adapter wrap the driver's error. */
type Wrapped = { codes: unknown[]; code: unknown; message: unknown; kind: unknown };

/** Lists an error with up to five of its causes, and the errors of Prisma's adapter. */
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

/** Tells whether the state of the database caused an error, so that the same call may succeed later. */
export const isTransientDatabaseError = (error: unknown): boolean =>
  unwrap(error).some(
    ({ codes, message, kind }) =>
      codes.some((code) => isTransientDatabaseCode(code) || TRANSIENT_PRISMA.has(code as string)) ||
      saysDatabaseIsAway(message) ||
      AWAY_KINDS.has(kind),
  );

/**
 * Tells whether a transaction, or a statement in it, exceeded its time. A repetition would take as long, so callers use
 * smaller parts. A transaction that got no connection has not begun, and does not count.
 */
export const isTransactionTimeout = (error: unknown): boolean =>
  unwrap(error).some(
    ({ codes, code, message }) =>
      codes.some(isStatementTimeoutCode) || (code === "P2028" && !String(message).includes("Unable to start a transaction")),
  );

/** Tells whether PostgreSQL gave up a transaction so that others could go on. A repetition may succeed at once. */
export const wasTransactionGivenUp = (error: unknown): boolean =>
  unwrap(error).some(
    ({ codes, kind }) =>
      codes.some((code) => isTransactionGivenUpCode(code) || code === "P2034") || kind === "TransactionWriteConflict",
  );
