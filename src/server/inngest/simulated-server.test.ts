import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Inngest } from "inngest";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCipher } from "@/server/crypto";
import { findFreePort } from "@/server/db/embedded/postmaster";
import {
  createTestApp,
  createTestDatabase as createEngineDatabase,
  type TestDatabase as EngineDatabase,
} from "@/server/engine/testing";
import { makeServerKeys, startSimulatedInngestServer, type SimulatedServer } from "@/server/engine/simulated-server";
import { levelIs, makeAction, makeEventKey, makeProject, makeTrigger, pointAction } from "@/test/factories";
import { forkApp, killApp, urlOfApp } from "@/test/fork-app";
import { readUntil } from "@/test/read-until";
import { useTestContext } from "@/test/use-test-context";

/*
 * The program without its embedded engine, on a simulated Inngest server. The program is a process of its own and knows
 * only INNGEST_BASE_URL. Calls, events and checkpoints go over HTTP.
 */

type Mode = { name: string; checkpointing: boolean; keys: ReturnType<typeof makeServerKeys> | null };
const modes: Mode[] = [
  { name: "a simulated dev server, called again after each step", checkpointing: false, keys: null },
  { name: "a simulated dev server with checkpointing, run straight through", checkpointing: true, keys: null },
  { name: "a simulated server with keys, signed calls and checkpointing", checkpointing: true, keys: makeServerKeys() },
];

describe.each(modes)("$name", ({ checkpointing, keys }) => {
  const { ctx, database, receiver } = useTestContext();
  let serverDatabase: EngineDatabase;
  let server: SimulatedServer;
  let app: ChildProcess;
  let appUrl: string;
  let client: Inngest;
  let projectId: string;
  let eventKey: string;
  const encryptionKey = randomBytes(32).toString("base64");

  beforeAll(async () => {
    serverDatabase = await createEngineDatabase();
    ctx.cipher = createCipher([encryptionKey]);
    await createTestApp().engine(serverDatabase, []).migrate();
    server = await startSimulatedInngestServer({
      database: serverDatabase,
      keys,
      checkpointing,
      engine: { backoff: () => 200 },
    });
    appUrl = `http://127.0.0.1:${await findFreePort()}`;
    app = await startApp();
  });
  beforeEach(async () => {
    projectId = (await makeProject(ctx)).id;
    eventKey = await makeEventKey(ctx, projectId);
    client = new Inngest({ id: "application", isDev: false, baseUrl: appUrl, eventKey });
  });
  afterEach(() => receiver.clear());
  afterAll(async () => {
    await killApp(app);
    await server.close();
    await serverDatabase.close();
  });

  /** Starts the program with the server's address and registers it with a PUT, as an operator does. */
  async function startApp(): Promise<ChildProcess> {
    const child = forkApp({
      connectionString: database.connectionString,
      encryptionKey,
      env: {
        WEBHOOK_ALLOWED_HOSTS: receiver.allowedHosts.join(","),
        APP_PROCESS_PORT: new URL(appUrl).port,
        APP_URL: appUrl,
        INNGEST_BASE_URL: server.url,
        ...(keys ? { INNGEST_EVENT_KEY: keys.event, INNGEST_SIGNING_KEY: keys.signing } : { INNGEST_DEV: "1" }),
      },
    });
    await urlOfApp(child);
    const synced = await fetch(`${appUrl}/api/inngest`, { method: "PUT" });
    expect(synced.status, await synced.text()).toBe(200);
    return child;
  }

  const observation = (id: string, level = "ERROR") => ({
    name: "observation.created",
    data: { observation: { id, level, name: "chat" } },
  });
  const executions = () =>
    ctx.db.actionExecution.findMany({
      where: { projectId },
      include: { attempts: { orderBy: { number: "asc" } } },
      orderBy: { sourceId: "asc" },
    });

  test("repeated events and calls deliver a matching observation once, and another observation never", async () => {
    const action = await makeAction(ctx, projectId, receiver.url("200"));
    await makeTrigger(ctx, projectId, [action.id], { filter: levelIs("ERROR") });
    await client.send([observation("obs-1"), observation("obs-2", "DEFAULT"), observation("obs-1")]);
    await readUntil(executions, (rows) => rows[0]?.status === "COMPLETED");
    await client.send(observation("obs-1"));
    await readUntil(
      () => ctx.db.observationRevision.count({ where: { projectId } }),
      (count) => count === 4,
    );
    const [row, ...others] = await executions();
    expect(others).toEqual([]);
    expect(row!.attempts.map((attempt) => attempt.status)).toEqual(["SUCCEEDED"]);
    expect(receiver.requests.map((request) => request.headers["webhook-id"])).toEqual([row!.id]);
  });

  /** The server's matching runs of the project: the number of events of each, and whether they came as a batch. */
  const matchingRuns = () =>
    serverDatabase.rows<{ events: number; batched: boolean }>(
      `select cardinality(r.event_ids) as events, r.batch_key is not null as batched
         from engine.run r join engine.event e on e.id = r.event_ids[1]
        where r.function_id = 'trigger-system-observation-upsert-processor' and e.data::jsonb ->> 'projectId' = $1
        order by r.created_at`,
      [projectId],
    );
  const states = () =>
    ctx.db.observation.findMany({ where: { projectId }, orderBy: { id: "asc" }, select: { id: true, state: true } });

  test("events of a quiet project wait for no batch; a burst and the event after it run in batches", async () => {
    await client.send([observation("obs-1"), observation("obs-2")]);
    await readUntil(states, (rows) => rows.length === 2);
    expect(await matchingRuns()).toEqual([
      { events: 1, batched: false },
      { events: 1, batched: false },
    ]);
    await client.send(Array.from({ length: 100 }, (_, n) => observation(`burst-${n}`)));
    await client.send(observation("obs-3"));
    await readUntil(states, (rows) => rows.length === 103);
    expect((await matchingRuns()).slice(2)).toEqual([
      { events: 100, batched: true },
      { events: 1, batched: true },
    ]);
  });

  test.each([
    ["with an id of the sender's", { id: "my-id" }],
    ["without an id", {}],
  ])("an event that runs alone, %s: a repeat counts once, and a later state is applied", async (_which, ids) => {
    const seed = `${Date.now()},${randomBytes(10).toString("base64")}`;
    const post = async (level: string, seeded: string, updatedAt: string) => {
      const { name, data } = observation("obs-1", level);
      const body = JSON.stringify({ name, ...ids, data: { observation: { ...data.observation, updatedAt } } });
      const headers = { "x-inngest-event-id-seed": seeded };
      const response = await fetch(`${appUrl}/e/${eventKey}`, { method: "POST", headers, body });
      return ((await response.json()) as { ids: string[] }).ids;
    };
    const first = await post("ERROR", seed, "2026-01-01T00:00:00.000Z");
    await readUntil(states, ([row]) => row?.state?.includes("ERROR") === true);
    expect(await post("ERROR", seed, "2026-01-01T00:00:00.000Z")).toEqual(first);
    for (const [level, updatedAt] of [
      ["WARNING", "2026-01-01T00:00:01.000Z"],
      ["DEFAULT", "2026-01-01T00:00:02.000Z"],
    ] as const) {
      expect(await post(level, seed, updatedAt)).not.toEqual(first);
      await readUntil(states, ([row]) => row?.state?.includes(level) === true);
    }
    expect(await ctx.db.observationRevision.count({ where: { projectId } })).toBe(3);
    const counted = await ctx.db.evaluationCounter.aggregate({ where: { projectId }, _sum: { events: true } });
    expect(counted._sum.events).toBe(3);
    expect((await matchingRuns()).every(({ batched }) => !batched)).toBe(true);
  });

  test("an execution waits for its delay, and is cancelled if its observation stops matching meanwhile", async () => {
    const action = await makeAction(ctx, projectId, receiver.url("200"));
    // The change comes before the execution is due, however busy the machine is.
    await makeTrigger(ctx, projectId, [action.id], { filter: levelIs("ERROR"), delaySeconds: 3_600 });
    await makeTrigger(ctx, projectId, [action.id], { filter: levelIs("WARNING"), delaySeconds: 2 });
    await client.send([observation("obs-1"), observation("obs-2", "WARNING")]);
    const waiting = await readUntil(executions, (rows) => rows.length === 2);
    await client.send(observation("obs-1", "DEFAULT"));
    const rows = await readUntil(executions, (all) =>
      all.every((row) => row.status !== "PENDING" && row.status !== "RUNNING"),
    );
    expect(rows.map((row) => [row.sourceId, row.status])).toEqual([
      ["obs-1", "CANCELLED"],
      ["obs-2", "COMPLETED"],
    ]);
    expect(receiver.requests.map((request) => request.headers["webhook-id"])).toEqual([rows[1]!.id]);
    expect(receiver.requests[0]!.at.getTime()).toBeGreaterThanOrEqual(waiting[1]!.dueAt.getTime());
  });

  test("a failed delivery is retried by the action's schedule, in the same execution", async () => {
    const earlier = new Set(server.calls.map((call) => call.runId));
    const url = receiver.script("/sometimes", ["500", "500", "200"]);
    const action = await makeAction(ctx, projectId, url, { retry: { preset: "custom", delaysSeconds: [1, 1] } });
    await makeTrigger(ctx, projectId, [action.id]);
    await client.send(observation("obs-1"));
    const [row, ...others] = await readUntil(executions, (rows) => rows[0]?.status === "COMPLETED");
    expect(others).toEqual([]);
    expect(row!.attempts.map((attempt) => [attempt.number, attempt.status])).toEqual([
      [1, "FAILED"],
      [2, "FAILED"],
      [3, "SUCCEEDED"],
    ]);
    expect(receiver.requests.map((request) => request.headers["webhook-id"])).toEqual([row!.id, row!.id, row!.id]);
    const [one, two, three] = receiver.requests.map((request) => request.at.getTime());
    // Jitter shortens a wait by a fifth at most.
    expect([two! - one!, three! - two!].every((waited) => waited >= 790)).toBe(true);
    // No run sleeps: each attempt has its own run of one call. A wake without due rows is one call too.
    const calls = await readUntil(
      async () =>
        server.calls.filter(
          (call) => call.functionId === "trigger-system-deliver-webhooks" && !earlier.has(call.runId),
        ),
      (all) => all.filter((call) => call.runEnds).length >= 3,
    );
    expect(new Set(calls.map(({ runId }) => runId)).size).toBe(calls.length);
    expect(calls.every(({ runEnds, checkpoints }) => runEnds && checkpoints === 0)).toBe(true);
  });

  test("an event that was sent to the server directly starts nothing and becomes a rejected event", async () => {
    const action = await makeAction(ctx, projectId, receiver.url("200"));
    await makeTrigger(ctx, projectId, [action.id]);
    const past = new Inngest({ id: "past", isDev: !keys, baseUrl: server.url, eventKey: keys?.event ?? "any" });
    const { name, data } = observation("obs-1");
    await past.send({ name, data: { ...data, projectId } });
    const [rejected] = await readUntil(
      () => ctx.db.rejectedEvent.findMany(),
      (rows) => rows.length > 0,
    );
    expect(rejected).toMatchObject({ projectId: null, name });
    expect(await executions()).toEqual([]);
    expect(receiver.requests).toEqual([]);
  });

  test("an event of a batch without tries left becomes a rejected event, with the reason", async () => {
    await ctx.db.$executeRaw`
      CREATE OR REPLACE FUNCTION be_away() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the server is going away' USING ERRCODE = '57P01'; END $$`;
    await ctx.db.$executeRaw`
      CREATE OR REPLACE TRIGGER away BEFORE INSERT ON observation FOR EACH ROW
        WHEN (NEW.id = 'doomed') EXECUTE FUNCTION be_away()`;
    await client.send(observation("doomed"));
    const [rejected] = await readUntil(
      () => ctx.db.rejectedEvent.findMany({ where: { projectId } }),
      (rows) => rows.length > 0,
    );
    expect(rejected).toMatchObject({
      reason: expect.stringMatching(/^It could not be processed in any try: .*going away/) as string,
      body: expect.stringContaining("doomed") as string,
    });
  });

  test("the program finds an execution of a dead process and sends it again", async () => {
    const action = await makeAction(ctx, projectId, receiver.url("never"));
    await makeTrigger(ctx, projectId, [action.id]);
    await client.send(observation("obs-1"));
    await receiver.waitForCount(1, 20_000);
    await killApp(app);
    await pointAction(ctx, action.id, receiver.url("200"));

    // A deployed program restarts at the same address, where the server keeps calling it.
    app = await startApp();
    const [row, ...others] = await readUntil(executions, (rows) => rows[0]?.status === "COMPLETED");
    expect(others).toEqual([]);
    expect(row!.attempts.map((attempt) => [attempt.number, attempt.status])).toEqual([
      [1, "UNKNOWN"],
      [2, "SUCCEEDED"],
    ]);
    expect(receiver.requests.map((request) => request.headers["webhook-id"])).toEqual([row!.id, row!.id]);
  });
});
