/** SQLSTATE classes that say "try again": connection, resources, operator intervention, rollback, lock, system. */
const TRANSIENT_CLASSES = ["08", "53", "57", "40", "55", "58"];
/** Prisma's own: cannot reach, timed out, closed, pool exhausted, transaction expired, write conflict. */
const TRANSIENT_PRISMA = new Set(["P1000", "P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2034", "P2037"]);
const TRANSIENT_NODE = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND"]);

/**
 * Whether an error comes from the state of the database and not from what was asked of it, so that
 * the same call may work later (SQLSTATE: PostgreSQL manual, appendix A).
 */
export function isTransientDatabaseError(error: unknown): boolean {
  for (let current = error, depth = 0; current && depth < 5; depth++) {
    const { code, message, meta, cause } = current as {
      code?: unknown;
      message?: unknown;
      meta?: { code?: unknown; driverAdapterError?: unknown };
      cause?: unknown;
    };
    if (isTransientCode(code) || isTransientCode(meta?.code) || isTransientDatabaseError(meta?.driverAdapterError))
      return true;
    if (
      typeof message === "string" &&
      /Connection terminated|timeout exceeded when trying to connect|Can't reach database|server closed the connection/i.test(
        message,
      )
    )
      return true;
    const original = (cause as { originalCode?: unknown } | undefined)?.originalCode;
    if (isTransientCode(original)) return true;
    current = cause;
  }
  return false;
}

/** SQLSTATE query_canceled: a statement ran into its timeout. */
const CANCELED = "57014";

/**
 * Whether a transaction, or a statement in it, took longer than it may. The same again takes as long: whoever can, does
 * it in smaller parts. A transaction that found no free connection did not begin, and is not meant.
 */
export function isTransactionTimeout(error: unknown): boolean {
  for (let current = error, depth = 0; current && depth < 5; depth++) {
    const { code, message, meta, cause } = current as {
      code?: unknown;
      message?: unknown;
      meta?: { code?: unknown; driverAdapterError?: unknown };
      cause?: unknown;
    };
    if (code === "P2028" && !String(message).includes("Unable to start a transaction")) return true;
    const original = (cause as { originalCode?: unknown } | undefined)?.originalCode;
    if ([code, meta?.code, original].includes(CANCELED) || isTransactionTimeout(meta?.driverAdapterError)) return true;
    current = cause;
  }
  return false;
}

function isTransientCode(code: unknown): boolean {
  if (typeof code !== "string") return false;
  if (TRANSIENT_PRISMA.has(code) || TRANSIENT_NODE.has(code)) return true;
  return /^[0-9A-Z]{5}$/.test(code) && TRANSIENT_CLASSES.includes(code.slice(0, 2));
}

/** Transactions that PostgreSQL gave up to let others go on: serialisation failure, deadlock, and Prisma's word for both. */
const GIVEN_UP = new Set(["40001", "40P01", "P2034"]);
const CAUSES_MAX = 5;

/** Whether PostgreSQL gave up this transaction so that others could go on. The same transaction may succeed at once. */
export function wasGivenUp(error: unknown): boolean {
  for (let current = error, depth = 0; current && depth < CAUSES_MAX; depth++) {
    const { code, meta, cause } = current as {
      code?: unknown;
      meta?: { code?: unknown; driverAdapterError?: unknown };
      cause?: { originalCode?: unknown; kind?: unknown };
    };
    const codes = [code, meta?.code, cause?.originalCode];
    if (codes.some((each) => GIVEN_UP.has(each as string)) || cause?.kind === "TransactionWriteConflict") return true;
    if (meta?.driverAdapterError && wasGivenUp(meta.driverAdapterError)) return true;
    current = cause;
  }
  return false;
}
