import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { withDatabase } from "@/test/global-setup";
import { createMigration, readMigrationsList } from "./create-migration";
import { applyMigrations, type MigrationSource } from "./migrate";
import { noExternalTables, withSchemaEngine } from "./schema-engine";

let source: MigrationSource;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "migrate-test-"));
  cpSync("prisma", folder, { recursive: true });
  source = { folder: join(folder, "migrations"), schemaFile: join(folder, "schema.prisma") };
});
afterEach(() => rmSync(join(source.folder, ".."), { recursive: true }));

async function query<Row extends pg.QueryResultRow>(connectionString: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Makes an empty database on the server of the test run. It is removed at the end. */
async function emptyDatabase(): Promise<string> {
  const name = `migrate_${randomBytes(6).toString("hex")}`;
  await query(inject("postgresUrl"), `CREATE DATABASE ${name}`);
  return withDatabase(inject("postgresUrl"), name);
}

function addMigration(name: string, sql: string): void {
  mkdirSync(join(source.folder, name));
  writeFileSync(join(source.folder, name, "migration.sql"), sql);
}

const indexes = (url: string) =>
  query<{ name: string; def: string }>(
    url,
    `
      SELECT indexname AS name, indexdef AS def FROM pg_indexes WHERE indexdef LIKE '% WHERE %'
        AND schemaname = 'public' ORDER BY 1`,
  );

describe("applyMigrations", () => {
  it("brings an empty database to the schema, once", async () => {
    const url = await emptyDatabase();
    expect(await applyMigrations(url)).toEqual(
      readdirSync("prisma/migrations")
        .filter((name) => name !== "migration_lock.toml")
        .sort(),
    );
    expect(await applyMigrations(url)).toEqual([]);
  });

  it("makes the partial indexes of delivery, lost work and pruning, and leaves room for updated rows", async () => {
    const url = await emptyDatabase();
    await applyMigrations(url);
    expect(await indexes(url)).toEqual([
      {
        name: "action_attempt_body_idx",
        def: expect.stringMatching(/\(project_id, started_at\) WHERE .request <> .+removed/),
      },
      {
        name: "action_configuration_key_idx",
        def: expect.stringMatching(/UNIQUE .+\(project_id, key\) WHERE .+key IS NOT NULL.+deleted_at IS NULL/),
      },
      {
        name: "action_execution_body_idx",
        def: expect.stringMatching(/\(project_id, created_at\) WHERE .+input IS NOT NULL.+PENDING.+RUNNING/),
      },
      {
        name: "action_execution_code_idx",
        def: expect.stringContaining(
          "(project_id, response_code, created_at DESC, id DESC) WHERE (response_code <> 200)",
        ),
      },
      {
        name: "action_execution_due_idx",
        def: expect.stringContaining("(action_id, trigger_id, due_at) WHERE (status = 'PENDING'"),
      },
      {
        name: "action_execution_error_idx",
        def: expect.stringContaining(
          "(project_id, error_code, created_at DESC, id DESC) WHERE (error_code IS NOT NULL)",
        ),
      },
      {
        name: "action_execution_retried_idx",
        def: expect.stringContaining("(project_id, attempt_count, created_at DESC, id DESC) WHERE (attempt_count > 1)"),
      },
      {
        name: "action_execution_running_idx",
        def: expect.stringContaining("(lease_expires_at) WHERE (status = 'RUNNING'"),
      },
      {
        name: "action_hour_hourly_idx",
        def: expect.stringMatching(/\(hour\) WHERE .+AT TIME ZONE 'UTC'.+ <> '00:00:00'/),
      },
      {
        name: "audit_log_account_idx",
        def: expect.stringContaining("(target_id, created_at DESC, id DESC) WHERE (project_id IS NULL)"),
      },
      {
        name: "decision_filter_error_idx",
        def: expect.stringMatching(/\(trigger_id, created_at DESC\) WHERE .+filter_error/),
      },
      { name: "email_waiting_idx", def: expect.stringContaining("(due_at) WHERE (status = 'waiting'") },
      {
        name: "evaluation_counter_hourly_idx",
        def: expect.stringMatching(/\(hour\) WHERE .+AT TIME ZONE 'UTC'.+ <> '00:00:00'/),
      },
      { name: "job_running_idx", def: expect.stringContaining("(wake_at) WHERE (status = 'RUNNING'") },
      {
        name: "notice_lasting_key",
        def: expect.stringMatching(/UNIQUE .+\(kind, subject_id\) WHERE .+ended_at IS NULL/),
      },
      { name: "operational_notice_waiting_idx", def: expect.stringContaining("(due_at) WHERE (status = 'waiting'") },
      {
        name: "trigger_configuration_key_idx",
        def: expect.stringMatching(/UNIQUE .+\(project_id, key\) WHERE .+key IS NOT NULL.+deleted_at IS NULL/),
      },
      {
        name: "trigger_counter_hourly_idx",
        def: expect.stringMatching(/\(hour\) WHERE .+AT TIME ZONE 'UTC'.+ <> '00:00:00'/),
      },
    ]);
    const [prefix] = await query<{ def: string }>(
      url,
      "SELECT indexdef AS def FROM pg_indexes WHERE indexname = 'action_execution_source_idx'",
    );
    expect(prefix!.def).toContain("(project_id, source_id text_pattern_ops)");
    const [table] = await query<{ options: string }>(
      url,
      "SELECT array_to_string(reloptions, ' ') AS options FROM pg_class WHERE relname = 'action_execution'",
    );
    expect(table!.options).toContain("fillfactor=");
  });

  it("runs two starts on one database one after the other", async () => {
    const url = await emptyDatabase();
    const applied = await Promise.all([applyMigrations(url), applyMigrations(url), applyMigrations(url)]);
    expect(applied.map((names) => names.length).sort()).toEqual([0, 0, readdirSync("prisma/migrations").length - 1]);
  });

  it("applies new migrations, also functions with semicolons", async () => {
    const url = await emptyDatabase();
    await applyMigrations(url, source);
    addMigration(
      "29990101000000_more",
      "CREATE FUNCTION two() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 2; END $$;\nCREATE TABLE more AS SELECT two() AS n;\n",
    );
    expect(await applyMigrations(url, source)).toEqual(["29990101000000_more"]);
    expect(await query(url, "SELECT n FROM more")).toEqual([{ n: 2 }]);
  });

  it("keeps a history that the ordinary Prisma command agrees with: nothing edited, failed or missing", async () => {
    const url = await emptyDatabase();
    await applyMigrations(url, source);
    const input = {
      migrationsList: readMigrationsList(source),
      optInToShadowDatabase: false,
      filters: noExternalTables,
    };
    const diagnose = () =>
      withSchemaEngine(url, readFileSync(source.schemaFile, "utf8"), (engine) =>
        engine.diagnoseMigrationHistory(input),
      );
    const agreed = { failedMigrationNames: [], editedMigrationNames: [], hasMigrationsTable: true };
    const diagnosis = await diagnose();
    expect(diagnosis).toMatchObject(agreed);
    expect(diagnosis.history ?? null).toBeNull();
    await query(
      url,
      "UPDATE _prisma_migrations SET checksum = 'another' WHERE id = (SELECT min(id) FROM _prisma_migrations)",
    );
    expect((await diagnose()).editedMigrationNames).toHaveLength(1);
  });

  it("refuses a database that is ahead of this version", async () => {
    const url = await emptyDatabase();
    addMigration("29990101000000_later", "CREATE TABLE later (n int);\n");
    await applyMigrations(url, source);
    await expect(applyMigrations(url)).rejects.toThrow(
      "The database has the migration 29990101000000_later, which this version does not know.",
    );
  });

  it("changes nothing by a migration that fails, and applies it once the cause is mended", async () => {
    const url = await emptyDatabase();
    addMigration(
      "29990101000000_needs_a_type",
      "CREATE TABLE half (n int);\nCREATE TABLE typed (n made_by_a_person);\n",
    );
    await expect(applyMigrations(url, source)).rejects.toThrow(/made_by_a_person.*has changed nothing/);
    expect(await query(url, "SELECT to_regclass('half')::text AS half")).toEqual([{ half: null }]);
    await query(url, "CREATE DOMAIN made_by_a_person AS int");
    expect(await applyMigrations(url, source)).toEqual(["29990101000000_needs_a_type"]);
  });

  it("goes on after a start that was killed in a migration, and after a row that an earlier release left", async () => {
    const url = await emptyDatabase();
    addMigration("29990101000000_slow", "CREATE TABLE slow (n int);\nSELECT pg_sleep(60);\n");
    const refusal = expect(applyMigrations(url, source)).rejects.toThrow(
      /could not be brought to this version's schema/,
    );
    const sleeping = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    await expect.poll(() => query(url, sleeping)).toHaveLength(1);
    await query(url, `SELECT pg_terminate_backend(pid) FROM (${sleeping}) AS s`);
    await refusal;
    await query(
      url,
      `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'x', '29990101000000_slow')`,
    );
    writeFileSync(join(source.folder, "29990101000000_slow", "migration.sql"), "CREATE TABLE slow (n int);\n");
    expect(await applyMigrations(url, source)).toEqual(["29990101000000_slow"]);
    const unfinished = "SELECT 1 FROM _prisma_migrations WHERE finished_at IS NULL";
    expect(await query(url, unfinished)).toEqual([]);
  });
});

describe("createMigration", () => {
  it("writes nothing if the migrations and the schema agree", async () => {
    expect(await createMigration(await emptyDatabase(), "nothing", source)).toBeNull();
  });

  it("writes the migration to the schema, after which both agree", async () => {
    const schema = readFileSync(source.schemaFile, "utf8");
    writeFileSync(
      source.schemaFile,
      schema.replace('@@map("project")', 'color String @default("blue")\n\n  @@map("project")'),
    );
    const folder = await createMigration(await emptyDatabase(), "project_color", source);
    const sql = readFileSync(join(folder!, "migration.sql"), "utf8");
    expect(folder).toMatch(/\d{14}_project_color$/);
    expect(sql.replace(/--.*\n/g, "").trim()).toBe(
      `ALTER TABLE "project" ADD COLUMN     "color" TEXT NOT NULL DEFAULT 'blue';`,
    );
    expect(await createMigration(await emptyDatabase(), "nothing", source)).toBeNull();
  });
});
