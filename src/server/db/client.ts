import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@/generated/prisma/client";
import { withTransactionRetry } from "@/server/platform/transaction-retry";
import { nameOfPrepared } from "@/server/platform/prepared-statements";
import type { Pool } from "pg";
import { CONNECT_TIMEOUT_MS, createUtcPool } from "./utc-connection";
import { wasTransactionGivenUp } from "./transient-errors";

export type Database = PrismaClient;
/** A Prisma client, or one of its transactions. */
export type DatabaseOrTransaction = Omit<PrismaClient, "$connect" | "$disconnect" | "$on" | "$transaction" | "$extends">;

/**
 * Makes a Prisma client with its own pool.
 * @param connectionString postgresql://…
 * @param poolMax the most connections, 10 by default
 * @param onPool gets the pool, to report its use
 */
export function createDatabase(
  connectionString: string,
  poolMax = 10,
  onPool: (pool: Pool) => void = () => undefined,
): Database {
  const pool = createUtcPool(connectionString, { max: poolMax });
  onPool(pool);
  const adapter = new PrismaPg(pool, { statementNameGenerator: nameOfPrepared, disposeExternalPool: true });
  const client = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: 30_000 },
  });
  return retryingTransactions(client);
}

/**
 * Makes a client that repeats transactions after a deadlock or a serialisation failure. The client does it, so that no
 * transaction can forget it.
 */
function retryingTransactions(client: PrismaClient): PrismaClient {
  const once = client.$transaction.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const retrying = (...args: unknown[]): Promise<unknown> =>
    withTransactionRetry(() => once(...args), wasTransactionGivenUp);
  return Object.assign(client, { $transaction: retrying as PrismaClient["$transaction"] });
}
