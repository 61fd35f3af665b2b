import type pg from "pg";
import { listProgramTableNames } from "../db/migrate";

/** A table of the program with its writable columns, as the database's catalogue describes them. */
export type ProgramTable = { name: string; columns: string[] };

/** The table of applied migrations. A restore does not fill it, because applying the migrations writes its rows. */
const MIGRATIONS_TABLE = "_prisma_migrations";

/**
 * Lists the program's tables with their writable columns. It leaves out tables of other programs in the same schema:
 * the program may have no right to read them, and a restore would not find them. A table comes after the tables that
 * its foreign keys name, so rows can be inserted in this order.
 */
export async function readProgramTables(client: pg.Client): Promise<ProgramTable[]> {
  const { rows: tables } = await client.query<ProgramTable>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname = ANY($1)
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     GROUP BY c.relname ORDER BY c.relname`,
    [listProgramTableNames()],
  );
  const { rows: keys } = await client.query<{ from: string; to: string }>(
    `SELECT DISTINCT f.relname AS from, t.relname AS to FROM pg_constraint k
     JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
     WHERE k.contype = 'f' AND f.relnamespace = current_schema()::regnamespace AND k.conrelid <> k.confrelid`,
  );
  const ordered: ProgramTable[] = [];
  const visit = (table: ProgramTable, path: readonly string[]): void => {
    if (ordered.includes(table)) return;
    if (path.includes(table.name)) throw new Error(`Foreign keys go in a circle: ${[...path, table.name].join(", ")}`);
    for (const key of keys.filter(({ from }) => from === table.name)) {
      const named = tables.find(({ name }) => name === key.to);
      if (named) visit(named, [...path, table.name]);
    }
    ordered.push(table);
  };
  for (const table of tables) visit(table, []);
  return ordered;
}

/** Reads the names of the finished migrations, in their order. */
export async function readFinishedMigrations(client: pg.Client): Promise<string[]> {
  const { rows: found } = await client.query("SELECT 1 WHERE to_regclass($1) IS NOT NULL", [MIGRATIONS_TABLE]);
  if (found.length === 0) return [];
  const { rows } = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM ${MIGRATIONS_TABLE}
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return rows.map(({ name }) => name);
}
