import type pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { listEventSources } from "@/domain/event-source/registry";
import { createCipher } from "../crypto";
import { createUtcClient } from "../db/utc-connection";
import { listProgramMigrations } from "../db/migrate";
import { StartProblem } from "../db/start-problem";
import { BACKUP_EVENT_COLUMNS, makeBackupEventsSql } from "../engine/backup-events";
import { ArchiveWriter } from "./archive";
import { readFinishedMigrations, readProgramTables } from "./program-tables";

export type BackupOptions = {
  connectionString: string;
  /** the path of the file, which must not exist */
  path: string;
  /** The keys that decrypt the secrets in the database, the newest first. */
  encryptionKeys: readonly string[];
  now: Date;
};

/**
 * Writes a backup of an installation to one file, while the program may run. It contains a consistent snapshot of every
 * table, the accepted events that a function has still to handle, and the encryption keys. The needed memory depends on
 * the largest row.
 * @throws StartProblem if the file cannot be made, if the keys do not decrypt the secrets, or if the database
 * is newer than this version
 */
export async function writeBackup(options: BackupOptions): Promise<{ tables: number; rows: number }> {
  const client = createUtcClient(options.connectionString, { application_name: "trigger-system backup" });
  await client.connect();
  let archive: ArchiveWriter | undefined;
  try {
    await beginSnapshot(client);
    const migrations = await readFinishedMigrations(client);
    if (migrations.length === 0) throw new StartProblem("This database holds no data of the program yet.");
    const known = new Set(listProgramMigrations());
    const unknown = migrations.find((name) => !known.has(name));
    if (unknown)
      throw new StartProblem(
        `The database has the migration ${unknown}, which this version does not know. ` +
          "Back up with the version that applied it, or a newer one.",
      );
    await assertKeysFit(client, options.encryptionKeys);
    const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
    archive = await ArchiveWriter.create(options.path, {
      createdAt: options.now.toISOString(),
      postgres: rows[0]!.server_version,
      migrations,
      encryptionKeys: [...options.encryptionKeys],
    });
    await copyProgram(client, archive);
    await copyEngine(client, archive);
    return await archive.finish();
  } finally {
    await archive?.discard();
    await client.end();
  }
}

/** Begins a read-only snapshot, with fixed settings for the text form of dates and numbers. */
async function beginSnapshot(client: pg.Client): Promise<void> {
  await client.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  for (const setting of [
    "datestyle = 'ISO, YMD'",
    "intervalstyle = 'postgres'",
    "bytea_output = 'hex'",
    "extra_float_digits = 1",
    "client_encoding = 'UTF8'",
    "statement_timeout = 0",
    "idle_in_transaction_session_timeout = 0",
  ])
    await client.query(`SET LOCAL ${setting}`);
}

async function assertKeysFit(client: pg.Client, keys: readonly string[]): Promise<void> {
  const cipher = createCipher(keys);
  const { rows } = await client.query<{ ciphertext: string }>("SELECT ciphertext FROM instance_secret");
  try {
    for (const { ciphertext } of rows) cipher.decrypt(ciphertext);
  } catch {
    throw new StartProblem(
      "ENCRYPTION_KEY is not the key that the secrets in this database were encrypted with. " +
        "Set it as the program has it, then back up again.",
    );
  }
}

async function copyProgram(client: pg.Client, archive: ArchiveWriter): Promise<void> {
  for (const { name, columns } of await readProgramTables(client)) {
    await archive.table({ of: "program", name, columns });
    await copy(
      client,
      archive,
      `${identifier(client, name)} (${columns.map((c) => identifier(client, c)).join(", ")})`,
    );
  }
}

async function copyEngine(client: pg.Client, archive: ArchiveWriter): Promise<void> {
  const { rows } = await client.query<{ is: boolean }>("SELECT to_regclass('engine.event') IS NOT NULL AS is");
  // Without the embedded engine's tables the backup has no events: an Inngest server keeps them itself.
  if (!rows[0]!.is) return;
  await archive.table({ of: "engine", name: "event", columns: [...BACKUP_EVENT_COLUMNS] });
  await copy(client, archive, `(${makeBackupEventsSql(listEventSources().map(({ name }) => name))})`);
}

async function copy(client: pg.Client, archive: ArchiveWriter, what: string): Promise<void> {
  for await (const chunk of client.query(copyTo(`COPY ${what} TO STDOUT`)) as AsyncIterable<Buffer>)
    await archive.data(chunk);
}

const identifier = (client: pg.Client, name: string): string => client.escapeIdentifier(name);
