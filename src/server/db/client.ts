import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@/generated/prisma/client";
import { withRetry } from "@/server/platform/retry";
import { CONNECT_TIMEOUT_MS, UtcClient } from "./connection";
import { wasGivenUp } from "./errors";

export type Database = PrismaClient;
/** What works inside a transaction as well as outside of one. */
export type Queryable = Omit<PrismaClient, "$connect" | "$disconnect" | "$on" | "$transaction" | "$extends">;

/**
 * A Prisma client on a pool of its own.
 * @param connectionString postgresql://…
 * @param poolMax connections at the most, 10 by default
 */
export function createDatabase(connectionString: string, poolMax = 10): Database {
  const adapter = new PrismaPg({
    connectionString,
    max: poolMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    Client: UtcClient,
  });
  const client = new PrismaClient({
    adapter,
    transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: 30_000 },
  });
  return retryingTransactions(client);
}

/**
 * Transactions that PostgreSQL gives up for a deadlock or a serialisation failure begin again. It stands here, and not
 * at each transaction, so that none is forgotten.
 */
function retryingTransactions(client: PrismaClient): PrismaClient {
  const once = client.$transaction.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const retrying = (...args: unknown[]): Promise<unknown> => withRetry(() => once(...args), wasGivenUp);
  return Object.assign(client, { $transaction: retrying as PrismaClient["$transaction"] });
}
