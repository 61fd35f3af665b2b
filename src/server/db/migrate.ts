import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type pg from "pg";
import { createUtcClient } from "./utc-connection";
import { readErrorMessage, StartProblem } from "./start-problem";

/** A folder of migrations, and the schema file that the migrations lead to. */
export type MigrationSource = {
  folder: string;
  schemaFile: string;
  /** The names of the migrations to use; default: all. */
  only?: ReadonlySet<string>;
};
export const programMigrationSource: MigrationSource = {
  folder: resolve("prisma/migrations"),
  schemaFile: resolve("prisma/schema.prisma"),
};
/** The number of the advisory lock that lets one process at a time apply migrations. */
const MIGRATION_LOCK = 0x6d69_6772;

/** The table in which Prisma's own migration command records applied migrations. */
const HISTORY_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz,
  migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count int NOT NULL DEFAULT 0)`;

type Applied = { name: string; finishedAt: Date | null; rolledBackAt: Date | null };

/**
 * Applies the missing migrations of this version to a database.
 * @returns the names of the applied migrations
 * @throws StartProblem if the database is newer than this version, or if a migration fails
 */
export async function applyMigrations(
  connectionString: string,
  given: Partial<MigrationSource> = {},
): Promise<string[]> {
  const source = { ...programMigrationSource, ...given };
  const client = createUtcClient(connectionString, { application_name: "trigger-system migrations" });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const wanted = listMigrationNames(source);
    const applied = await readApplied(client);
    checkHistory(wanted, applied);
    const done = new Set(applied.filter((row) => row.finishedAt).map((row) => row.name));
    const missing = wanted.filter((name) => !done.has(name));
    if (missing.length > 0) await client.query(HISTORY_TABLE);
    for (const name of missing) await applyMigration(client, name, readMigration(source, name));
    return missing;
  } finally {
    await client.end();
  }
}

/**
 * Runs the SQL of one migration and records it in `_prisma_migrations` as Prisma's command does, in one transaction. So
 * a start that is killed, or finds the disk full, changes nothing, and the next start tries again. Prisma's command and
 * earlier releases leave a row without `finished_at` behind.
 */
async function applyMigration(client: pg.Client, name: string, script: string): Promise<void> {
  const checksum = createHash("sha256").update(script).digest("hex");
  try {
    await client.query("BEGIN");
    await client.query(
      "DELETE FROM _prisma_migrations WHERE migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL",
      [name],
    );
    await client.query(script);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw new StartProblem(
      `The database could not be brought to this version's schema: ${readErrorMessage(error)} (migration ${name}). ` +
        "This migration has changed nothing. Mend the cause, then start again.",
    );
  }
}

function checkHistory(wanted: readonly string[], applied: readonly Applied[]): void {
  const unknown = applied.find((row) => !row.rolledBackAt && !wanted.includes(row.name));
  if (unknown)
    throw new StartProblem(
      `The database has the migration ${unknown.name}, which this version does not know. ` +
        "Start the version that applied it, or a newer one.",
    );
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  const { rows: found } = await client.query(
    `
      SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema()
        AND table_name = '_prisma_migrations'`,
  );
  if (found.length === 0) return [];
  const { rows } = await client.query<Applied>(
    `
      SELECT migration_name AS name, finished_at AS "finishedAt", rolled_back_at AS "rolledBackAt"
        FROM _prisma_migrations ORDER BY started_at`,
  );
  return rows;
}

/** Lists the names of this version's migrations, in the order in which they apply. */
export const listProgramMigrations = (): string[] => listMigrationNames(programMigrationSource);

/** Lists the names of all tables that a migration of this version has created, also of those that a later one drops. */
export const listProgramTableNames = (): string[] =>
  listProgramMigrations().flatMap((name) =>
    [...readMigration(programMigrationSource, name).matchAll(/^CREATE TABLE "(\w+)"/gm)].map(([, table]) => table!),
  );

/** Lists the names of the migrations in a folder, in the order in which they apply. */
export const listMigrationNames = ({ folder, only }: MigrationSource): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && (only?.has(entry.name) ?? true))
        .map((entry) => entry.name)
        .sort()
    : [];

export const readMigration = ({ folder }: MigrationSource, name: string): string =>
  readFileSync(join(folder, name, "migration.sql"), "utf8");
