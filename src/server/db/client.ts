import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@/generated/prisma/client";
import { CONNECT_TIMEOUT_MS, UtcClient } from "./connection";

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
  return new PrismaClient({
    adapter,
    transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: 30_000 },
  });
}
