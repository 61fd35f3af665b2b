import pg from "pg";
import { createClient } from "../connection";
import { errorCode } from "../start-problem";

/** Makes a database where there is none of that name. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
  const client = createClient(serverUrl);
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    // two starts at once: the other one made it (duplicate_database, or the catalogue's own unique index)
    if (!["42P04", "23505"].includes(errorCode(error))) throw error;
  } finally {
    await client.end();
  }
}
