import { once } from "node:events";
import { finished } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom, type CopyStreamQuery } from "pg-copy-streams";
import { createUtcClient, createUtcPool } from "../db/utc-connection";
import { applyMigrations, listProgramMigrations } from "../db/migrate";
import { StartProblem } from "../db/start-problem";
import { createEngineTables } from "../engine/backup-events";
import { readArchive, verifyArchive, type ArchiveHeader, type ArchiveTable } from "./archive";
import { readProgramTables } from "./program-tables";
import { refuseUnfinishedRestoreIn, UNFINISHED_RESTORE_SCHEMA } from "./unfinished-restore";

/**
 * A restored installation: the header of its backup, and the executions that the program sends after its start, or once
 * their actions are no longer paused.
 */
export type RestoredBackup = { header: ArchiveHeader; waiting: { executions: number; actions: number } };

/**
 * Restores a backup into an empty database: the backup's schema, its rows in one transaction, then newer migrations. It
 * checks the whole file before it writes anything.
 * @param connectionString a database without tables
 * @param options `pausesActions`: pauses every action and drops waiting emails and notices, so that a person decides
 * what is sent
 * @throws StartProblem if the file is damaged or newer than this version, or if the database is not empty
 */
export async function restoreBackup(
  connectionString: string,
  path: string,
  { pausesActions = false } = {},
): Promise<RestoredBackup> {
  const header = await verifyArchive(path);
  assertMigrationsKnown(header, path);
  await refuseUnfinishedRestoreIn(connectionString);
  const client = createUtcClient(connectionString, { application_name: "trigger-system restore" });
  await client.connect();
  try {
    await assertEmpty(client);
    await client.query(`CREATE SCHEMA ${UNFINISHED_RESTORE_SCHEMA}`);
    await applyMigrations(connectionString, { only: new Set(header.migrations) });
    const pool = createUtcPool(connectionString, {
      max: 1,
      application_name: "trigger-system restore",
      answerTimeoutMs: null,
    });
    // A connection that breaks fails its statement.
    pool.on("error", () => undefined);
    await createEngineTables(pool).finally(() => pool.end());
    // The session is idle while the rows of another program's table are skipped.
    await client.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0");
    await copyIn(client, path);
    await client.query("COMMIT");
    await applyMigrations(connectionString);
    // A backup holds no wake events (which start deliveries), so no action must appear to wait for one.
    await client.query("UPDATE action_health SET wake_asked_at = NULL");
    if (pausesActions) await client.query(SEND_NOTHING);
    const { rows } = await client.query<RestoredBackup["waiting"]>(COUNT_WAITING);
    // PostgreSQL's planner has no statistics about the restored rows yet.
    await client.query("ANALYZE");
    await client.query(`DROP SCHEMA ${UNFINISHED_RESTORE_SCHEMA}`);
    return { header, waiting: rows[0]! };
  } finally {
    await client.end();
  }
}

/** SQL that pauses every action, and ends the emails and operational notices that wait. */
const SEND_NOTHING = `
  UPDATE action_configuration SET paused_at = now(), paused_by_label = 'the restore'
    WHERE paused_at IS NULL AND deleted_at IS NULL;
  UPDATE operational_notice SET status = 'failed', message = 'The restore did not send it.', finished_at = now()
    WHERE status = 'waiting';
  UPDATE email SET status = 'failed', message = 'The restore did not send it.', ciphertext = ''
    WHERE status = 'waiting'`;

/** SQL that counts the waiting executions of actions that are on, also of those that the restore has just paused. */
const COUNT_WAITING = `
  SELECT count(*)::int AS executions, count(DISTINCT action_id)::int AS actions
  FROM action_execution e JOIN action_configuration a ON a.id = e.action_id
  WHERE e.status IN ('PENDING', 'RUNNING') AND a.disabled_at IS NULL AND a.deleted_at IS NULL
    AND (a.paused_at IS NULL OR a.paused_by_label = 'the restore')`;

/**
 * Checks that this version knows all migrations of a backup.
 * @throws StartProblem if it does not
 */
export function assertMigrationsKnown({ migrations }: ArchiveHeader, path: string): void {
  const known = new Set(listProgramMigrations());
  const unknown = migrations.find((name) => !known.has(name));
  if (unknown)
    throw new StartProblem(
      `${path} was written by another version of this program: it has the migration ${unknown}, which this ` +
        "version does not know. Restore it with that version, or a newer one.",
    );
}

async function assertEmpty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ database: string; name: string }>(
    `
     SELECT current_database() AS database, n.nspname || '.' || c.relname AS name FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND (n.nspname = current_schema() OR n.nspname = 'engine') ORDER BY 2 LIMIT 1`,
  );
  const [found] = rows;
  if (found)
    throw new StartProblem(
      `The database ${found.database} is not empty: it has the table ${found.name}. Nothing was restored. ` +
        "Make a new database, and name it in DATABASE_URL.",
    );
}

async function copyIn(client: pg.Client, path: string): Promise<void> {
  const tables = await readProgramTables(client);
  // PostgreSQL's triggers are off during the insert: the backup already holds the rows that they would write.
  for (const { name } of tables)
    await client.query(`ALTER TABLE ${client.escapeIdentifier(name)} DISABLE TRIGGER USER`);
  let open: CopyStreamQuery | undefined;
  const names = new Set(tables.map(({ name }) => name));
  for await (const frame of readArchive(path)) {
    if (frame.kind === "table") {
      await end(open);
      open = undefined;
      // Backups of version 0.2 and older also hold the tables of other programs in the same schema.
      if (frame.table.of === "program" && !names.has(frame.table.name)) continue;
      open = client.query(copyFrom(`COPY ${target(client, frame.table)} FROM STDIN`));
      open.on("error", () => undefined);
    } else if (frame.kind === "data" && open && !open.write(frame.data)) {
      await Promise.race([once(open, "drain"), finished(open)]);
    }
  }
  await end(open);
  for (const { name } of tables) {
    await client.query(`ALTER TABLE ${client.escapeIdentifier(name)} ENABLE TRIGGER USER`);
    await moveSequences(client, name);
  }
}

async function end(stream: CopyStreamQuery | undefined): Promise<void> {
  if (!stream) return;
  stream.end();
  await finished(stream);
}

function target(client: pg.Client, { of, name, columns }: ArchiveTable): string {
  const list = of === "engine" ? columns : columns.map((column) => client.escapeIdentifier(column));
  return `${of === "engine" ? "engine." : ""}${client.escapeIdentifier(name)} (${list.join(", ")})`;
}

/** Sets the sequences of a table to the number after the greatest restored one. */
async function moveSequences(client: pg.Client, table: string): Promise<void> {
  const { rows } = await client.query<{ column: string; sequence: string }>(
    `SELECT a.attname AS column, pg_get_serial_sequence(quote_ident($1), a.attname) AS sequence
     FROM pg_attribute a WHERE a.attrelid = quote_ident($1)::regclass AND a.attnum > 0 AND NOT a.attisdropped
       AND pg_get_serial_sequence(quote_ident($1), a.attname) IS NOT NULL`,
    [table],
  );
  for (const { column, sequence } of rows)
    await client.query(
      `
        SELECT setval($1, max(${client.escapeIdentifier(column)})) FROM ${client.escapeIdentifier(table)}
          HAVING max(${client.escapeIdentifier(column)}) IS NOT NULL`,
      [sequence],
    );
}
