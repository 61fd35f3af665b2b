import pg from "pg";
import { readErrorCode } from "@/server/platform/error-code";
import { createUtcClient } from "../utc-connection";

/** Creates a database unless a database of that name exists. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  const client = createUtcClient(serverUrl);
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    /*
     * Another start has created the database at the same time (duplicate_database, or the unique index of the
     * catalogue).
     */
    if (!["42P04", "23505"].includes(readErrorCode(error))) throw error;
  } finally {
    await client.end();
  }
}
