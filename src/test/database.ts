import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { createDatabase, type Database } from "@/server/db/client";
import { TEMPLATE, withDatabase } from "./global-setup";

export type TestDatabase = { connectionString: string; db: Database; close(): Promise<void> };

/** Makes a new, migrated database on the PostgreSQL of the test run. close() drops it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await query(server, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const connectionString = withDatabase(server, name);
  const db = createDatabase(connectionString, 8);
  return {
    connectionString,
    db,
    async close() {
      await db.$disconnect();
      await query(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function query(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
