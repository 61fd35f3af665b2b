import type { TestProject } from "vitest/node";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import pg from "pg";

declare module "vitest" {
  export interface ProvidedContext {
    /** an empty server of this run's own; its database `template` is migrated */
    postgresUrl: string;
  }
}

export const TEMPLATE = "template_migrated";

/** Starts a PostgreSQL for the run, migrates one database on it, and ends it afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startThrowawayPostgres({ max_connections: "300" });
  const url = server.connectionString;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  await applyMigrations(withDatabase(url, TEMPLATE));
  project.provide("postgresUrl", url);
  process.env.TEST_DATABASE_URL = url;
  return () => server.stop();
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const next = new URL(url);
  next.pathname = `/${database}`;
  return next.href;
}
