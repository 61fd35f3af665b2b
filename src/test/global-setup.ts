import type { TestProject } from "vitest/node";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import pg from "pg";

declare module "vitest" {
  export interface ProvidedContext {
    /** connection string of the PostgreSQL server of this run; its database `template_migrated` is migrated */
    postgresUrl: string;
  }
}

export const TEMPLATE = "template_migrated";

/** Starts a PostgreSQL for the run and migrates one database on it. @returns a function that stops it */
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

/** The connection string of another database on the same server. */
export function withDatabase(url: string, database: string): string {
  const next = new URL(url);
  next.pathname = `/${database}`;
  return next.href;
}
