import type { ChildProcess } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { forkModule } from "@/test/fork-module";
import type { Engine } from "./engine";
import { LEASE_SECONDS } from "./lease-time";
import { createTestApp, createTestDatabase, waitUntil, type TestDatabase } from "./testing";

let database: TestDatabase;
const engines: Engine[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await createTestApp().engine(database, []).migrate();
  await database.rows("create table note (job int, step text, attempt int, process int)");
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const engine of engines.splice(0)) await engine.stop({ graceMs: 500 });
  await database.clear();
  await database.rows("truncate note; truncate engine.process");
});
afterAll(() => database.close());

type App = ReturnType<typeof createTestApp>;

async function start(
  app: App,
  functions: Parameters<App["engine"]>[1],
  options: Parameters<App["engine"]>[2] = {},
): Promise<Engine> {
  const engine = app.engine(database, functions, options);
  engines.push(engine);
  await engine.start();
  return engine;
}

async function startWorker(env: Record<string, string> = {}): Promise<ChildProcess> {
  const child = forkModule(new URL("./testing-worker.ts", import.meta.url), {
    args: [database.url],
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  children.push(child);
  await new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("exit", (code) => reject(new Error(`The worker ended with ${code}`)));
  });
  return child;
}

const killed = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });

/** The worker's function, in this process. */
function jobFunction(app: App) {
  return app.client.createFunction({ id: "job", triggers: { event: "job" } }, async ({ step, event, attempt }) => {
    const note = (name: string) =>
      database.rows("insert into note values ($1, $2, $3, 0)", [event.data.n, name, attempt]);
    await step.run("first", () => note("first").then(() => "kept"));
    await step.run("second", () => note("second").then(() => undefined));
  });
}

const statuses = async () =>
  (await database.rows<{ status: string }>("select status from engine.run order by id")).map((row) => row.status);
const allCompleted = (count: number) =>
  waitUntil(async () => {
    // A test may just have broken this connection too.
    const all = await statuses().catch(() => []);
    return all.length === count && all.every((status) => status === "completed") ? all : null;
  });

test("after kill -9 a new process finishes the run before the old lease ends, without a repeated step or a failed try", async () => {
  const child = await startWorker({ HANG: "1" });
  const app = createTestApp();
  app.engine(database, []);
  await app.client.send({ name: "job", data: { n: 1 } });
  await waitUntil(async () => (await database.rows("select from note where step = 'second'")).length === 1);
  await killed(child);

  const from = Date.now();
  await start(app, [jobFunction(app)]);
  await allCompleted(1);
  expect(Date.now() - from).toBeLessThan(LEASE_SECONDS * 1_000);
  const notes = await database.rows<{ step: string; attempt: number; here: boolean }>(
    "select step, attempt, process = 0 as here from note order by step, here",
  );
  expect(notes).toEqual([
    { step: "first", attempt: 0, here: false },
    { step: "second", attempt: 0, here: false },
    { step: "second", attempt: 0, here: true },
  ]);
});

test("other processes notice a dead process before its leases end", async () => {
  const child = await startWorker({ HANG: "1" });
  const app = createTestApp();
  app.engine(database, []);
  await app.client.send([1, 2, 3].map((n) => ({ name: "job", data: { n } })));
  await waitUntil(async () => (await database.rows("select from note where step = 'second'")).length === 3);
  const survivor = createTestApp();
  await start(survivor, [jobFunction(survivor)]);

  const from = Date.now();
  await killed(child);
  await allCompleted(3);
  expect(Date.now() - from).toBeLessThan(LEASE_SECONDS * 1_000);
  expect(await database.rows("select num from engine.process")).toHaveLength(1);
});

test("two processes share the work, and no run is executed twice", async () => {
  const [one, two] = [createTestApp(), createTestApp()];
  const seen: { n: number; by: string }[] = [];
  const fn = (app: App, by: string) =>
    app.client.createFunction({ id: "shared", triggers: { event: "shared" } }, async ({ event }) => {
      seen.push({ n: event.data.n as number, by });
      // No call ends before both processes work.
      await waitUntil(() => new Set(seen.map((call) => call.by)).size === 2);
    });
  await start(one, [fn(one, "one")], { concurrency: 3 });
  await start(two, [fn(two, "two")], { concurrency: 3 });
  await waitUntil(() => engines[0]?.health().state === "running");
  await one.client.send(Array.from({ length: 120 }, (_, n) => ({ name: "shared", data: { n } })));
  await allCompleted(120);
  expect(seen.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, n) => n));
});

test("a concurrency limit holds across processes", async () => {
  let active = 0;
  let peak = 0;
  const apps = [createTestApp(), createTestApp()];
  const fn = (app: App) =>
    app.client.createFunction({ id: "few", triggers: { event: "few" }, concurrency: 3 }, async () => {
      peak = Math.max(peak, ++active);
      // No call ends before three run at once.
      await waitUntil(() => peak >= 3);
      await new Promise((resolve) => setTimeout(resolve, 5));
      active--;
    });
  for (const app of apps) await start(app, [fn(app)]);
  await apps[0]?.client.send(Array.from({ length: 60 }, () => ({ name: "few", data: {} })));
  await allCompleted(60);
  expect(peak).toBe(3);
});

test("the engine drops the late result of a lost lease and keeps the new holder's result", async () => {
  const app = createTestApp();
  const gates: (() => void)[] = [];
  const fn = app.client.createFunction({ id: "fenced", triggers: { event: "fenced" } }, ({ step }) =>
    step.run("work", async () => {
      const number = gates.length;
      await new Promise<void>((resolve) => gates.push(resolve));
      return number;
    }),
  );
  await start(app, [fn]);
  await app.client.send({ name: "fenced", data: {} });
  await waitUntil(() => gates.length === 1);
  // Another process takes the lease after it expires.
  await database.rows(
    "update engine.item set state = 'ready', lost = 1, lease_token = null, leased_by = null, lease_until = null",
  );
  const other = createTestApp();
  const same = other.client.createFunction({ id: "fenced", triggers: { event: "fenced" } }, ({ step }) =>
    step.run("work", async () => {
      const number = gates.length;
      await new Promise<void>((resolve) => gates.push(resolve));
      return number;
    }),
  );
  await start(other, [same]);
  await waitUntil(() => gates.length === 2);
  gates[0]?.();
  // The first holder writes nothing for this call, though its later writes succeed.
  await app.client.send({ name: "unheard", data: {} });
  gates[1]?.();
  await allCompleted(1);
  expect(await database.rows("select memo from engine.step")).toEqual([{ memo: '{"data":1}' }]);
});

test("an expired lease is given back, though its process seems to live", async () => {
  const app = createTestApp();
  const fn = app.client.createFunction({ id: "stalled", triggers: { event: "stalled" } }, () => "done");
  app.engine(database, []);
  await app.client.send({ name: "stalled", data: {} });
  await start(app, [fn]);
  await allCompleted(1);
  await database.rows("update engine.run set status = 'running', ended_at = null");
  await database.rows(
    `insert into engine.item (run_id, function_id, lane, kind, step_id, state, lease_token, leased_by, lease_until)
     select id, function_id, '', 'call', 'step', 'leased', 'stale', (select min(num) from engine.process),
       now() - interval '1 s' from engine.run`,
  );
  await allCompleted(1);
  expect(await database.rows("select from engine.item")).toHaveLength(0);
});

test("no run is lost or executed twice while connections break repeatedly under load", async () => {
  const app = createTestApp();
  const engine = await start(app, [jobFunction(app)], { quiet: true, concurrency: 8, backoff: () => 50 });
  const sends = Array.from({ length: 60 }, async (_, n) => {
    await new Promise((resolve) => setTimeout(resolve, n * 20));
    const seed = `${Date.now()},${Buffer.alloc(10, n).toString("base64")}`;
    // A sender without an answer repeats its request with the same seed.
    return waitUntil(() => engine.ingest([{ name: "job", data: { n } }], { seed }).catch(() => null));
  });
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    await database.disconnectAll();
  }
  await Promise.all(sends);
  await allCompleted(60);
  const memos = await database.rows<{ n: number }>("select count(*)::int as n from engine.step");
  expect(memos).toEqual([{ n: 120 }]);
  expect(await database.rows("select job from note group by job")).toHaveLength(60);
  await waitUntil(() => engine.health().state === "running");
});

test("a repeated request with the same seed adds no event and returns the same ids", async () => {
  const app = createTestApp();
  let calls = 0;
  const fn = app.client.createFunction({ id: "seeded", triggers: { event: "seeded" } }, () => void calls++);
  const engine = await start(app, [fn]);
  const seed = `1700000000000,${Buffer.alloc(10, 7).toString("base64")}`;
  const events = [
    { name: "seeded", data: { n: 1 } },
    { name: "seeded", data: { n: 2 } },
  ];
  const [first, again] = await Promise.all([engine.ingest(events, { seed }), engine.ingest(events, { seed })]);
  expect(first).toEqual(again);
  expect(new Set(first.ids).size).toBe(2);
  expect(await engine.ingest(events, { seed })).toEqual(first);
  await allCompleted(2);
  expect(calls).toBe(2);
});

test("a process with functions routes the events of a process without functions", async () => {
  const sender = createTestApp();
  sender.engine(database, []);
  const app = createTestApp();
  await start(app, [jobFunction(app)]);
  await sender.client.send({ name: "job", data: { n: 5 } });
  await allCompleted(1);
});

test("a stop waits for calls in flight; another process takes unfinished calls at once", async () => {
  const app = createTestApp();
  let calls = 0;
  const fn = app.client.createFunction({ id: "slow", triggers: { event: "slow" } }, async () => {
    calls += 1;
    if (calls === 1) await new Promise(() => undefined);
    return "second";
  });
  const engine = await start(app, [fn]);
  await app.client.send({ name: "slow", data: {} });
  await waitUntil(() => calls === 1);
  await engine.stop({ graceMs: 50 });
  expect(engine.health().state).toBe("stopped");
  await start(app, [fn]);
  await allCompleted(1);
  expect(await database.rows("select output from engine.run")).toEqual([{ output: '"second"' }]);
});

describe("runs and events of removed functions", () => {
  const named = (app: App, ids: string[], event = "go") =>
    ids.map((id) => app.client.createFunction({ id, triggers: { event } }, ({ step }) => step.sleep("nap", "1h")));
  const batching = (app: App) =>
    app.client.createFunction(
      { id: "gone-batch", triggers: { event: "go" }, batchEvents: { maxSize: 100, timeout: "60s" }, concurrency: 1 },
      async () => new Promise(() => undefined),
    );
  const ticking = (app: App) =>
    app.client.createFunction({ id: "gone-cron", triggers: [{ cron: "0 0 1 1 *" }] }, () => undefined);
  const runs = () =>
    database.rows<{ function_id: string; status: string; message: string | null }>(
      "select function_id, status, error::json->>'message' as message from engine.run order by function_id, id",
    );

  test("end at the next start: their runs are cancelled, and their events and cron times are removed", async () => {
    const before = createTestApp();
    const old = await start(before, [
      ...named(before, ["stays"], "stay"),
      ...named(before, ["gone-asleep"]),
      batching(before),
      ticking(before),
    ]);
    await before.client.send([
      { name: "stay", data: {} },
      { name: "go", data: {} },
    ]);
    await waitUntil(async () => (await database.rows("select from engine.run")).length === 3);
    // More runs and waiting events than one transaction ends.
    await before.client.send(Array.from({ length: 600 }, () => ({ name: "go", data: {} })));
    await waitUntil(
      async () => (await database.rows("select from engine.item where kind = 'sleep'")).length === 602 || null,
    );
    await old.stop({ graceMs: 0 });
    expect((await database.rows("select from engine.batch_item")).length).toBeGreaterThan(500);

    const after = createTestApp();
    const next = await start(after, named(after, ["stays"], "stay"), { quiet: true });
    const waiting = `select function_id from engine.batch_item union all select function_id from engine.cron
                      union all select function_id from engine.run where status = 'running'
                        and function_id <> 'app-stays'`;
    await waitUntil(async () => (await database.rows(waiting)).length === 0);
    const left = await runs();
    expect(left.filter(({ function_id }) => function_id === "app-stays")).toMatchObject([{ status: "running" }]);
    const ended = left.filter(({ function_id }) => function_id !== "app-stays");
    expect(new Set(ended.map(({ status, message }) => `${status}: ${message ?? ""}`))).toEqual(
      new Set(
        ["gone-asleep", "gone-batch"].map(
          (id) =>
            `cancelled: The program no longer has the function "app-${id}": its run was cancelled when the ` +
            "program started",
        ),
      ),
    );
    expect(ended.filter(({ function_id }) => function_id === "app-gone-asleep")).toHaveLength(601);
    expect(await database.rows("select from engine.item where function_id <> 'app-stays'")).toHaveLength(0);
    expect(next.health()).toMatchObject({ state: "running" });
  });

  test("stay while another live process has the functions, and a process without functions ends none", async () => {
    const app = createTestApp();
    const newer = await start(app, named(app, ["stays", "new"]));
    await app.client.send({ name: "go", data: {} });
    await waitUntil(
      async () => (await database.rows("select from engine.item where kind = 'sleep'")).length === 2 || null,
    );
    const other = createTestApp();
    const older = await start(other, named(other, ["stays"]));
    await older.stop();
    expect((await runs()).map(({ status }) => status)).toEqual(["running", "running"]);
    await newer.stop();
    const bare = await start(createTestApp(), []);
    await bare.stop();
    expect((await runs()).map(({ status }) => status)).toEqual(["running", "running"]);
  });
});
