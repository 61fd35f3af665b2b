import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { migrateAndSeedDatabase } from "@/cli/serve/migrate-and-seed-database";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { createUtcPool } from "@/server/db/utc-connection";
import { createEngineTables } from "@/server/engine/backup-events";
import { createTestContext } from "@/test/context";
import { withDatabase } from "@/test/global-setup";
import { fillWithLifeStates } from "@/test/life-states";
import { makeAction, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { deliveriesDueEvent } from "../inngest/events";
import { getInstanceSecret } from "../services/instance-secrets";
import { createLostWorkWatch } from "../services/lost-work-watch";
import { ArchiveWriter, readArchive, verifyArchive } from "./archive";
import { restoreBackup } from "./restore-backup";
import { readProgramTables } from "./program-tables";
import { writeBackup } from "./write-backup";

const { ctx, database } = useTestContext();
const key = randomBytes(32).toString("base64");
let folder: string;
let projectId: string;
let actionId: string;

/** Texts that COPY must escape, and texts that only JSON text keeps. */
const NASTY =
  'tab\t newline\n return\r backslash\\ \\N \\. \\n quote" é \u{1F680} \u2028 {"n": 12345678901234567890.10}';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "backup-test-"));
  ctx.cipher = createCipher([key]);
  projectId = (await makeProject(ctx, { name: NASTY })).id;
  actionId = (await makeAction(ctx, projectId, "https://example.com/hook")).id;
  const triggerId = (await makeTrigger(ctx, projectId, [actionId])).id;
  const client = await connect(database.connectionString);
  await fillWithLifeStates((text, values) => client.query(text, values), { projectId, triggerId, actionId });
  await client.query("UPDATE observation SET state = $1, latency = 0.1::float8 + 0.2::float8", [NASTY]);
  await client.query("UPDATE action_execution SET input = $1", [NASTY]);
  await client.query("UPDATE action_execution SET due_at = now() - interval '1 minute' WHERE status = 'PENDING'");
  await client.query("UPDATE action_health SET wake_asked_at = now()");
  await client.end();
  await getInstanceSecret(ctx, "sessions");
  const pool = createUtcPool(database.connectionString, { max: 1 });
  await createEngineTables(pool);
  await pool.query(`INSERT INTO engine.event (id, name, data, ts, received_at, routed) VALUES
    ('01A', 'observation.created', '{"a": "\\u0000\\n"}', 1, now(), true),
      ('01B', 'observation.created', '{}', 1, now(), false),
    ('01C', 'observation.created', '{}', 1, now(), true), ('01D', 'action/deliveries.due', '{}', 1, now(), false),
    ('01E', 'observation.created', '{}', 1, now(), true)`);
  await pool.query(
    "INSERT INTO engine.batch_item (function_id, key, event_id, bytes, added_at) VALUES ('f', '', '01A', 1, now())",
  );
  await pool.query(`INSERT INTO engine.run (id, function_id, status, event_ids, lane, created_at) VALUES
    ('r1', 'f', 'running', '{01C}', '', now()), ('r2', 'f', 'completed', '{01E}', '', now())`);
  await pool.end();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
}

/** Makes an empty database with another owner and other settings than the original. */
async function makeEmptyDatabase(): Promise<{ url: string; client: pg.Client }> {
  const name = `restored_${randomBytes(6).toString("hex")}`;
  const server = await connect(inject("postgresUrl"));
  await server.query(`CREATE ROLE ${name} LOGIN PASSWORD 'owner' NOSUPERUSER`);
  await server.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
  await server.query(`ALTER DATABASE ${name} SET timezone = 'Pacific/Apia'`);
  await server.query(`ALTER DATABASE ${name} SET datestyle = 'SQL, DMY'`);
  await server.end();
  const url = new URL(withDatabase(inject("postgresUrl"), name));
  [url.username, url.password] = [name, "owner"];
  return { url: url.href, client: await connect(url.href) };
}

/** Reads every row of every table as text, except values that a restore changes on purpose. */
async function everything(client: pg.Client): Promise<Record<string, string[]>> {
  await client.query("SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'");
  const all: Record<string, string[]> = {};
  for (const { name, columns } of await readProgramTables(client)) {
    const list = columns
      .filter((column) => column !== "wake_asked_at")
      .map((column) => client.escapeIdentifier(column));
    const { rows } = await client.query<{ row: string }>(
      `SELECT ROW(${list.join(", ")})::text AS row FROM ${client.escapeIdentifier(name)} ORDER BY 1`,
    );
    all[name] = rows.map(({ row }) => row);
  }
  return all;
}

const backUp = async (name: string): Promise<string> => {
  const path = join(folder, name);
  await writeBackup({ connectionString: database.connectionString, path, encryptionKeys: [key], now: ctx.now() });
  return path;
};

test("a restore into another owner, time zone and date style returns every row of every table unchanged", async () => {
  const path = await backUp("all.backup");
  const { url, client } = await makeEmptyDatabase();
  expect(await restoreBackup(url, path)).toMatchObject({ header: { encryptionKeys: [key] } });
  const original = await connect(database.connectionString);
  const [before, after] = [await everything(original), await everything(client)];
  expect(Object.keys(before).length).toBeGreaterThan(20);
  expect(Object.values(before).flat().length).toBeGreaterThan(150);
  expect(after).toEqual(before);
  await Promise.all([original.end(), client.end()]);
});

test("tables of other programs stay out of a backup, and out of the restore of an older backup", async () => {
  const original = await connect(database.connectionString);
  await original.query("CREATE TABLE theirs (id text PRIMARY KEY, project_id text REFERENCES project (id))");
  await original.query("INSERT INTO theirs VALUES ('1', $1)", [projectId]);
  const path = await backUp("shared.backup");
  await original.query("DROP TABLE theirs");
  const tables: string[] = [];
  const older = await ArchiveWriter.create(join(folder, "shared-older.backup"), await verifyArchive(path));
  for await (const frame of readArchive(path)) {
    if (frame.kind === "table") {
      if (tables.push(frame.table.name) === 3) {
        await older.table({ of: "program", name: "theirs", columns: ["id", "project_id"] });
        await older.data(Buffer.from("1\tx\n"));
      }
      await older.table(frame.table);
    } else if (frame.kind === "data") await older.data(frame.data);
  }
  await older.finish();
  expect(tables).toContain("project");
  expect(tables).not.toContain("theirs");
  const before = await everything(original);
  for (const file of [path, join(folder, "shared-older.backup")]) {
    const { url, client } = await makeEmptyDatabase();
    await restoreBackup(url, file);
    expect(await everything(client)).toEqual(before);
    await client.end();
  }
  await original.end();
});

test("every table of a migrated database is in a backup", async () => {
  const migrated = await ctx.db.$queryRaw<{ name: string }[]>`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations'`;
  const client = await connect(database.connectionString);
  const backedUp = (await readProgramTables(client)).map(({ name }) => name).sort();
  await client.end();
  expect(backedUp).toEqual(migrated.map(({ name }) => name).sort());
});

test("a database that a newer version has migrated is refused before a file is made", async () => {
  await ctx.db.$executeRaw`
    INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
    VALUES ('x', 'x', '29990101_later', now())`;
  const refused = backUp("newer.backup");
  await expect(refused).rejects.toThrow(/migration 29990101_later, which this version does not know/);
  await ctx.db.$executeRaw`DELETE FROM _prisma_migrations WHERE id = 'x'`;
  expect(readdirSync(folder).filter((name) => name.startsWith("newer"))).toEqual([]);
});

test("a restore routes accepted events that were not matched, and wakes waiting deliveries", async () => {
  const path = await backUp("engine.backup");
  const { url, client } = await makeEmptyDatabase();
  await restoreBackup(url, path);
  const { rows } = await client.query("SELECT id, data, routed FROM engine.event ORDER BY id");
  expect(rows).toEqual([
    { id: "01A", data: '{"a": "\\u0000\\n"}', routed: false },
    { id: "01B", data: "{}", routed: false },
    { id: "01C", data: "{}", routed: false },
  ]);
  expect((await client.query("SELECT 1 FROM engine.run UNION ALL SELECT 1 FROM engine.batch_item")).rows).toEqual([]);
  await client.end();
  // A wake in the original's engine is asked for again here, at once.
  const db = createDatabase(url, 2);
  const restored = createTestContext(db);
  expect(await createLostWorkWatch(restored).look()).toMatchObject({ actionsWoken: 1 });
  expect(restored.sent).toEqual([{ name: deliveriesDueEvent.name, data: { v: 1, projectId, actionId, at: null } }]);
  await restored.close();
  await db.$disconnect();
});

test("a restore that pauses the actions leaves no request, notice or email that leaves by itself", async () => {
  const dueAt = ctx.now();
  await ctx.db.operationalNotice.create({
    data: { id: "notice-waits", projectId, actionId, type: "endpoint.failing", body: "{}", dueAt },
  });
  await ctx.db.email.create({ data: { id: "email-waits", recipient: "you@example.com", ciphertext: "…", dueAt } });
  const path = await backUp("quiet.backup");
  const { url, client } = await makeEmptyDatabase();
  await restoreBackup(url, path, { pausesActions: true });
  const { rows } = await client.query(`
    SELECT (SELECT count(*)::int FROM action_configuration WHERE paused_at IS NULL AND deleted_at IS NULL) AS actions,
      (SELECT count(*)::int FROM operational_notice WHERE status = 'waiting') AS notices,
      (SELECT count(*)::int FROM email WHERE status = 'waiting') AS emails`);
  expect(rows).toEqual([{ actions: 0, notices: 0, emails: 0 }]);
  await client.end();
});

test("a configuration that changes after a restore raises the project's revision again", async () => {
  const path = await backUp("revision.backup");
  const { url, client } = await makeEmptyDatabase();
  await restoreBackup(url, path);
  const revision = async () =>
    BigInt(
      (await client.query<{ r: string }>("SELECT config_revision AS r FROM project WHERE id = $1", [projectId]))
        .rows[0]!.r,
    );
  const before = await revision();
  await client.query("UPDATE trigger_configuration SET name = 'Renamed' WHERE project_id = $1", [projectId]);
  expect(await revision()).toBe(before + 1n);
  await client.end();
});

test("a backup is one moment, whatever is written meanwhile", async () => {
  const made = ctx.db.$executeRaw`
      INSERT INTO project (id, name, updated_at) SELECT 'later-' || n, 'x', now() FROM generate_series(1, 2000) AS n`;
  const path = await backUp("moment.backup");
  await made;
  await ctx.db.$executeRaw`
      INSERT INTO membership (project_id, user_id, role) SELECT id, 'nobody', 'owner' FROM project WHERE false`;
  const { url, client } = await makeEmptyDatabase();
  await restoreBackup(url, path);
  const { rows } = await client.query<{ n: number }>("SELECT count(*)::int AS n FROM project WHERE id LIKE 'later-%'");
  expect([0, 2_000]).toContain(rows[0]!.n);
  await client.end();
  await ctx.db.$executeRaw`DELETE FROM project WHERE id LIKE 'later-%'`;
});

test("a database that holds anything is refused, and stays as it is", async () => {
  const path = await backUp("refused.backup");
  const { url, client } = await makeEmptyDatabase();
  await client.query("CREATE TABLE mine (n int)");
  await expect(restoreBackup(url, path)).rejects.toThrow("is not empty: it has the table public.mine");
  expect((await client.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")).rows).toEqual(
    [{ relname: "mine" }],
  );
  await client.end();
});

test("a database whose restore was cut off neither starts nor is filled again", async () => {
  const path = await backUp("cut.backup");
  const { url, client } = await makeEmptyDatabase();
  let isRestoring = true;
  const kill = async (): Promise<void> => {
    while (isRestoring)
      await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'trigger-system restore'
          AND (query LIKE 'COPY %' OR query LIKE 'ALTER TABLE %')`);
  };
  const killing = kill();
  await expect(restoreBackup(url, path)).rejects.toThrow();
  isRestoring = false;
  await killing;
  const env = { ...ctx.env, databaseUrl: url, encryptionKeys: [key] };
  await expect(migrateAndSeedDatabase(env)).rejects.toThrow("has not ended");
  await expect(restoreBackup(url, path)).rejects.toThrow("has not ended");
  expect((await client.query("SELECT 1 FROM project")).rows).toEqual([]);
  await client.end();
});

test("keys that do not fit make no backup", async () => {
  await expect(
    writeBackup({
      connectionString: database.connectionString,
      path: join(folder, "wrong.backup"),
      encryptionKeys: [randomBytes(32).toString("base64")],
      now: ctx.now(),
    }),
  ).rejects.toThrow("ENCRYPTION_KEY is not the key");
  expect(readdirSync(folder).filter((name) => name.startsWith("wrong"))).toEqual([]);
});
