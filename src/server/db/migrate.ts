import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type pg from "pg";
import { createClient } from "./connection";
import { messageOf, StartProblem } from "./start-problem";
import { migrationFilters, withSchemaEngine, type MigrationsList } from "./schema-engine";

/** The folder of the migrations, and the schema. */
export type Source = {
  folder: string;
  schemaFile: string;
  /** the migrations to apply; all by default */
  only?: ReadonlySet<string>;
};
const ours: Source = { folder: resolve("prisma/migrations"), schemaFile: resolve("prisma/schema.prisma") };
const LOCKFILE = "migration_lock.toml";
/** The advisory lock of migrations: processes that start at once migrate one after the other. */
const MIGRATION_LOCK = 0x6d69_6772;

type Applied = { name: string; finishedAt: Date | null; rolledBackAt: Date | null };

/**
 * Migrates a database to the schema of this version. Without a new migration it is quick.
 * @returns the names of the applied migrations
 * @throws StartProblem if the database is newer than this version, or if a migration fails or has failed before
 */
export async function applyMigrations(connectionString: string, given: Partial<Source> = {}): Promise<string[]> {
  const source = { ...ours, ...given };
  const client = createClient(connectionString, { application_name: "trigger-system migrations" });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const wanted = migrationNames(source);
    const applied = await readApplied(client);
    checkHistory(wanted, applied);
    const done = new Set(applied.filter((row) => row.finishedAt).map((row) => row.name));
    if (wanted.every((name) => done.has(name))) return [];
    const input = { migrationsList: migrationsList(source), filters: migrationFilters };
    const apply = withSchemaEngine(connectionString, readFileSync(source.schemaFile, "utf8"), (engine) =>
      engine.applyMigrations(input),
    );
    const { appliedMigrationNames } = await apply.catch((error: unknown) => {
      throw new StartProblem(`The database could not be brought to this version's schema: ${messageOf(error)}`);
    });
    return appliedMigrationNames;
  } finally {
    await client.end();
  }
}

function checkHistory(wanted: readonly string[], applied: readonly Applied[]): void {
  const failed = applied.find((row) => !row.finishedAt && !row.rolledBackAt);
  if (failed)
    throw new StartProblem(
      `The migration ${failed.name} has failed on this database before. Mend what it says in _prisma_migrations, or restore a backup, then start again.`,
    );
  const unknown = applied.find((row) => !row.rolledBackAt && !wanted.includes(row.name));
  if (unknown)
    throw new StartProblem(
      `The database has the migration ${unknown.name}, which this version does not know. Start the version that applied it, or a newer one.`,
    );
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  const { rows: found } = await client.query(
    "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = '_prisma_migrations'",
  );
  if (found.length === 0) return [];
  const { rows } = await client.query<Applied>(
    'SELECT migration_name AS name, finished_at AS "finishedAt", rolled_back_at AS "rolledBackAt" FROM _prisma_migrations ORDER BY started_at',
  );
  return rows;
}

/**
 * Writes the migration from the migrations in the folder to the schema.
 * @param emptyUrl an empty database, on which the migrations are replayed for the comparison
 * @returns the folder of the migration, or null if schema and migrations agree
 */
export async function createMigration(emptyUrl: string, name: string, source: Source = ours): Promise<string | null> {
  const { folder, schemaFile } = source;
  await applyMigrations(emptyUrl, source);
  const content = readFileSync(schemaFile, "utf8");
  const files = { files: [{ path: "schema.prisma", content }], configDir: process.cwd() };
  const { stdout } = await withSchemaEngine(emptyUrl, content, (engine) =>
    engine.diff({
      from: { tag: "schemaDatasource", ...files },
      to: { tag: "schemaDatamodel", ...files },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: migrationFilters,
    }),
  );
  const script = stdout?.trim() ?? "";
  if (script === "" || script === "-- This is an empty migration.") return null;
  const target = join(folder, `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}_${name}`);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "migration.sql"), `${script}\n`);
  if (!existsSync(join(folder, LOCKFILE))) writeFileSync(join(folder, LOCKFILE), 'provider = "postgresql"\n');
  return target;
}

/** Lists the migrations of this version, in their order. */
export const knownMigrations = (): string[] => migrationNames(ours);

const migrationNames = ({ folder, only }: Source): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && (only?.has(entry.name) ?? true))
        .map((entry) => entry.name)
        .sort()
    : [];

function migrationsList(source: Source): MigrationsList {
  const { folder } = source;
  const lockfile = join(folder, LOCKFILE);
  return {
    baseDir: folder,
    lockfile: { path: LOCKFILE, content: existsSync(lockfile) ? readFileSync(lockfile, "utf8") : null },
    shadowDbInitScript: "",
    migrationDirectories: migrationNames(source).map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok", value: readFileSync(join(folder, name, "migration.sql"), "utf8") },
      },
    })),
  };
}
