import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@/generated/prisma/client";
import { withTransactionRetry } from "@/server/platform/transaction-retry";
import { nameStatementIfPrepared } from "@/server/platform/prepared-statements";
import type { Pool } from "pg";
import { CONNECT_TIMEOUT_MS, createUtcPool } from "./utc-connection";
import { wasTransactionGivenUp } from "./transient-errors";

/**
 * How long a statement waits for a lock, in ms. After that another session holds the table or row, and the work is
 * repeated later. A transaction has 30 s in all. If it used them up by waiting, its event would be taken for the cause.
 */
const LOCK_TIMEOUT_MS = 20_000;

export type Database = PrismaClient;
/** The Prisma client or one of its transactions, for functions that work with either. */
export type DatabaseOrTransaction = Omit<
  PrismaClient,
  "$connect" | "$disconnect" | "$on" | "$transaction" | "$extends"
>;

/**
 * Makes a Prisma client with its own pool.
 * @param connectionString postgresql://…
 * @param poolMax the most connections of the pool, 10 by default
 * @param onPool receives the pool, to count its connections in metrics
 */
export function createDatabase(
  connectionString: string,
  poolMax = 10,
  onPool: (pool: Pool) => void = () => undefined,
): Database {
  const pool = createUtcPool(connectionString, { max: poolMax, lockTimeoutMs: LOCK_TIMEOUT_MS });
  onPool(pool);
  const adapter = new PrismaPg(pool, { statementNameGenerator: nameStatementIfPrepared, disposeExternalPool: true });
  const client = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: 30_000 },
  });
  return retryingTransactions(client);
}

/**
 * Makes a client whose transactions run again after a deadlock or a serialisation failure. So callers need no retry of
 * their own.
 */
function retryingTransactions(client: PrismaClient): PrismaClient {
  const once = client.$transaction.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const retrying = (...args: unknown[]): Promise<unknown> =>
    withTransactionRetry(() => once(...args), wasTransactionGivenUp);
  return Object.assign(client, { $transaction: retrying as PrismaClient["$transaction"] });
}
