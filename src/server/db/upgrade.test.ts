import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import superjson from "superjson";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { migrateAndSeedDatabase } from "@/cli/serve/migrate-and-seed-database";
import { createCipher } from "@/server/crypto";
import { createExecutions } from "@/server/services/action-creation/create-executions";
import { deliveriesDueEvent } from "@/server/inngest/events";
import { createTriggerCache } from "@/server/services/matching/trigger-cache";
import { createLostWorkWatch } from "@/server/services/lost-work-watch";
import { createTestContext, testEnv, type TestContext } from "@/test/context";
import { deliverAll } from "@/test/deliver";
import { makeEvent, pointAction } from "@/test/factories";
import { withDatabase } from "@/test/global-setup";
import { callerOf } from "@/test/people";
import { startReceiver, type Receiver } from "@/test/receiver";
import { createDatabase } from "./client";
import { createUtcClient } from "./utc-connection";
import { applyMigrations } from "./migrate";

/*
 * Upgrades a database of each release, with rows in every state, to this version: all later migrations run, a start
 * converts its rows, and the program reads, decides and delivers on the result.
 */

const RELEASED = "src/server/db/released";
/** Names of migrations have _, file names of this tree have -. */
const releases = readdirSync(RELEASED).map((name) => name.replace(/\.sql$/, "").replace("-", "_"));
const KEY = "upgrade-test-key-of-32-characters-or-more";
const projectId = "prj_kept";

describe.each(releases)("a database of the release with the migration %s", (release) => {
  let url: string;
  let ctx: TestContext;
  let receiver: Receiver;
  let later: string[];

  async function query<Row extends object>(text: string): Promise<Row[]> {
    const client = createUtcClient(url);
    await client.connect();
    try {
      return (await client.query(text)).rows as Row[];
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    const name = `upgrade_${randomBytes(6).toString("hex")}`;
    url = inject("postgresUrl");
    await query(`CREATE DATABASE ${name}`);
    url = withDatabase(url, name);
    await applyMigrationsUpTo(release, url);
    await query(readFileSync(join(RELEASED, `${release.replace("_", "-")}.sql`), "utf8"));
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await ctx.close();
    await receiver.close();
    await ctx.db.$disconnect();
  });

  test("has rows in every table, and every status in use", async () => {
    const tables = await query<{ name: string }>(
      `
        SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'
          AND table_name <> '_prisma_migrations'`,
    );
    const columns = await query<{ table: string; column: string; value: string }>(
      `SELECT c.table_name AS "table", c.column_name AS "column", e.enumlabel AS value FROM information_schema.columns c
       JOIN pg_type t ON t.typname = c.udt_name JOIN pg_enum e ON e.enumtypid = t.oid WHERE c.table_schema = 'public'`,
    );
    const missing: string[] = [];
    for (const { name } of tables)
      if ((await query(`SELECT 1 FROM "${name}" LIMIT 1`)).length === 0) missing.push(name);
    for (const { table, column, value } of columns)
      if ((await query(`SELECT 1 FROM "${table}" WHERE "${column}"::text = '${value}' LIMIT 1`)).length === 0)
        missing.push(`${table}.${column} ${value}`);
    expect(missing).toEqual([]);
  });

  test("is brought to this version by a start, and a second start finds nothing to do", async () => {
    const count = `
      SELECT (SELECT count(*)::int FROM action_execution) AS executions,
        (SELECT count(*)::int FROM action_attempt) AS attempts,
      (SELECT count(*)::int FROM observation) AS observations, (SELECT count(*)::int FROM decision) AS decisions`;
    const before = await query(count);
    later = readdirSync("prisma/migrations").filter((name) => /^\d/.test(name) && name > release);
    const env = { ...testEnv(), databaseUrl: url, encryptionKeys: [KEY] };
    await migrateAndSeedDatabase(env);
    expect(
      (await query<{ name: string }>("SELECT migration_name AS name FROM _prisma_migrations")).map(({ name }) => name),
    ).toEqual(expect.arrayContaining(later));
    expect(await query(count)).toEqual(before);
    await migrateAndSeedDatabase(env);
    expect(await applyMigrations(url)).toEqual([]);
    const options = { allowedHosts: [...receiver.allowedHosts] };
    ctx = { ...createTestContext(createDatabase(url, 6), options), cipher: createCipher([KEY]) };
  });

  test("shows each row to an owner and to a viewer", async () => {
    const ids = async (table: string, where = "true") =>
      (
        await query<{ id: string }>(
          `SELECT id FROM ${table} WHERE project_id = '${projectId}' AND ${where} ORDER BY id`,
        )
      ).map(({ id }) => id);
    const [executions, observations, triggers, actions, rejected] = await Promise.all([
      ids("action_execution"),
      ids("observation"),
      ids("trigger_configuration", "deleted_at IS NULL"),
      ids("action_configuration", "deleted_at IS NULL"),
      ids("rejected_event"),
    ]);
    for (const who of ["owner", "viewer"]) {
      const user = await ctx.db.user.findUniqueOrThrow({ where: { id: `usr_${who}` } });
      const api = callerOf(ctx, user);
      const shown = superjson.stringify(
        await Promise.all([
          ...executions.map((executionId) => api.execution.get({ projectId, executionId })),
          ...observations.flatMap((observationId) => [
            api.observation.get({ projectId, observationId }),
            api.observation.explain({ projectId, observationId }),
          ]),
          ...triggers.map((triggerId) => api.trigger.get({ projectId, triggerId })),
          ...actions.flatMap((actionId) => [
            api.action.get({ projectId, actionId }),
            api.action.statistics({ projectId, actionId }),
            api.version.list({ projectId, kind: "action", targetId: actionId }),
          ]),
          api.execution.list({ projectId, limit: 100 }),
          api.execution.counts({ projectId }),
          api.overview.get({ projectId }),
          api.trigger.list({ projectId }),
          api.action.list({ projectId }),
          api.action.troubled({ projectId }),
          api.observation.list({ projectId }),
          api.backfill.list({ projectId }),
          api.resend.list({ projectId }),
          api.project.list(),
        ]),
      );
      for (const id of [...executions, ...observations, ...triggers, ...actions]) expect(shown).toContain(id);
    }
    const owner = callerOf(ctx, await ctx.db.user.findUniqueOrThrow({ where: { id: "usr_owner" } }));
    for (const rejectedEventId of rejected) await owner.rejectedEvent.get({ projectId, rejectedEventId });
    expect((await owner.eventKey.list({ projectId })).length).toBeGreaterThan(0);
    await owner.audit.list({ projectId });
    await owner.operationalWebhook.get({ projectId });
  });

  test("works on: stored states are matched, and secrets decrypt", async () => {
    const at = new Date("2026-11-20T00:00:00Z");
    const event = (id: string, change: object) =>
      makeEvent(ctx, { id, level: "ERROR", name: "newer", ...change }, { ts: at.getTime() });
    const cache = createTriggerCache();
    const events = [event("obs_kept", {}), event("obs_PENDING", { level: "DEFAULT" }), event("obs_new", {})];
    await createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events });
    const { name } = await ctx.db.observation.findFirstOrThrow({ where: { projectId, id: "obs_kept" } });
    expect(name).toBe("newer");
    const secrets = await ctx.db.actionSecret.findMany();
    for (const { ciphertext } of secrets) expect(ctx.cipher.decrypt(ciphertext)).toMatch(/^whsec_/);
  });

  test("delivers executions that waited for a turn, a delay or a retry, and those on the wire, once due", async () => {
    for (const id of ["act_on", "act_template"]) await pointAction(ctx, id, receiver.url("200", id));
    // In the release's rows the column counts one attempt, but four attempts are stored.
    await ctx.db.$executeRaw`
      UPDATE action_execution e
      SET attempt_count = (SELECT count(*) FROM action_attempt t WHERE t.execution_id = e.id)`;
    await deliverAll(ctx);
    const received = () =>
      receiver.requests
        .map(({ headers }) => String(headers["webhook-id"]))
        .filter((id) => /^exe_(PENDING|RUNNING)_/.test(id))
        .sort();
    expect(received()).toEqual([]);

    ctx.clock.advance(25 * 3_600_000);
    ctx.sent.length = 0;
    const watch = createLostWorkWatch(ctx);
    await watch.look();
    await watch.look();
    const woken = ctx.sent.filter(({ name }) => name === deliveriesDueEvent.name).map(({ data }) => data.actionId);
    expect(new Set(woken)).toEqual(new Set(["act_off", "act_on", "act_template"]));
    await deliverAll(ctx);
    const unfinished = { status: { in: ["PENDING" as const, "RUNNING" as const] } };
    expect(await ctx.db.actionExecution.findMany({ where: { projectId, ...unfinished } })).toEqual([]);
    const ended = await ctx.db.actionExecution.findMany({
      where: { OR: [{ id: { startsWith: "exe_PENDING_" } }, { id: { startsWith: "exe_RUNNING_" } }] },
      orderBy: { id: "asc" },
    });
    expect(Object.fromEntries(ended.map(({ id, status }) => [id, status]))).toEqual({
      exe_PENDING_dispatched: "COMPLETED",
      exe_PENDING_frozen: "COMPLETED",
      exe_PENDING_made: "CANCELLED",
      exe_PENDING_off: "SKIPPED",
      exe_PENDING_parked: "COMPLETED",
      exe_PENDING_pruned: "ERROR",
      exe_RUNNING_dispatched: "COMPLETED",
      exe_RUNNING_frozen: "COMPLETED",
      exe_RUNNING_made: "COMPLETED",
      exe_RUNNING_off: "SKIPPED",
      exe_RUNNING_parked: "COMPLETED",
      exe_RUNNING_pruned: "ERROR",
    });
    expect(received()).toEqual(ended.filter(({ status }) => status === "COMPLETED").map(({ id }) => id));
  });
});

async function applyMigrationsUpTo(release: string, url: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  cpSync("prisma", folder, { recursive: true });
  const migrations = join(folder, "migrations");
  for (const name of readdirSync(migrations))
    if (/^\d/.test(name) && name > release) rmSync(join(migrations, name), { recursive: true });
  await applyMigrations(url, { folder: migrations, schemaFile: join(folder, "schema.prisma") });
  rmSync(folder, { recursive: true });
}
