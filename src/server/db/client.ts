import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@/generated/prisma/client";
import { withRetry } from "@/server/platform/retry";
import { CONNECT_TIMEOUT_MS, UtcClient } from "./connection";
import { wasGivenUp } from "./errors";

export type Database = PrismaClient;
/** A Prisma client or its transaction. */
export type Queryable = Omit<PrismaClient, "$connect" | "$disconnect" | "$on" | "$transaction" | "$extends">;

/**
 * Makes a Prisma client with a pool of its own.
 * @param connectionString postgresql://…
 * @param poolMax the most connections, 10 by default
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
 * Makes a client repeat transactions that PostgreSQL gives up for a deadlock or a serialisation failure. The client
 * does it, so that no transaction can forget it.
 */
function retryingTransactions(client: PrismaClient): PrismaClient {
  const once = client.$transaction.bind(client) as (...args: unknown[]) => Promise<unknown>;
  const retrying = (...args: unknown[]): Promise<unknown> => withRetry(() => once(...args), wasGivenUp);
  return Object.assign(client, { $transaction: retrying as PrismaClient["$transaction"] });
}
