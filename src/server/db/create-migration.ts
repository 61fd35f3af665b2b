import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  applyMigrations,
  listMigrationNames,
  programMigrationSource,
  readMigration,
  type MigrationSource,
} from "./migrate";
import { noExternalTables, withSchemaEngine, type MigrationsList } from "./schema-engine";

const LOCKFILE = "migration_lock.toml";

/**
 * Writes a new migration: the difference between the folder's migrations and schema.prisma.
 * @param emptyUrl an empty database, in which the existing migrations are applied for the comparison
 * @returns the folder of the new migration; null if there is no difference
 */
export async function createMigration(
  emptyUrl: string,
  name: string,
  source: MigrationSource = programMigrationSource,
): Promise<string | null> {
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
      filters: noExternalTables,
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

/** Reads the migrations of a folder into the form that Prisma's schema engine takes. */
export function readMigrationsList(source: MigrationSource): MigrationsList {
  const { folder } = source;
  const lockfile = join(folder, LOCKFILE);
  return {
    baseDir: folder,
    lockfile: { path: LOCKFILE, content: existsSync(lockfile) ? readFileSync(lockfile, "utf8") : null },
    shadowDbInitScript: "",
    migrationDirectories: listMigrationNames(source).map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok", value: readMigration(source, name) },
      },
    })),
  };
}
