import { isCanceled, isGivenUp, isTransient, saysAway } from "@/server/platform/database-errors";

/** Prisma's own: cannot reach, timed out, closed, pool exhausted, transaction expired, write conflict. */
const TRANSIENT_PRISMA = new Set(["P1000", "P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2034", "P2037"]);
/** The adapter's words for a broken socket. They take the place of the code of Node. */
const AWAY_KINDS = new Set<unknown>(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout"]);
const CAUSES_MAX = 5;

/** One error of a chain, as Prisma and its adapter wrap what the driver said. */
type Wrapped = { codes: unknown[]; code: unknown; message: unknown; kind: unknown };

/** An error with its causes, five at the most, and with the adapter's errors. */
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
 * Whether an error comes from the state of the database and not from what was asked of it, so that
 * the same call may work later.
 */
export const isTransientDatabaseError = (error: unknown): boolean =>
  unwrap(error).some(
    ({ codes, message, kind }) =>
      codes.some((code) => isTransient(code) || TRANSIENT_PRISMA.has(code as string)) ||
      saysAway(message) ||
      AWAY_KINDS.has(kind),
  );

/**
 * Whether a transaction, or a statement in it, took longer than it may. The same again takes as long: whoever can, does
 * it in smaller parts. A transaction that found no free connection did not begin, and is not meant.
 */
export const isTransactionTimeout = (error: unknown): boolean =>
  unwrap(error).some(
    ({ codes, code, message }) =>
      codes.some(isCanceled) || (code === "P2028" && !String(message).includes("Unable to start a transaction")),
  );

/** Whether PostgreSQL gave up this transaction so that others could go on. The same transaction may succeed at once. */
export const wasGivenUp = (error: unknown): boolean =>
  unwrap(error).some(
    ({ codes, kind }) =>
      codes.some((code) => isGivenUp(code) || code === "P2034") || kind === "TransactionWriteConflict",
  );
