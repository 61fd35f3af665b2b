import { Inngest, invoke, staticSchema } from "inngest";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createEngineContext } from "./context";
import { EngineDatabase } from "./engine-database";
import type { Engine } from "./engine";
import { HistoryPruner } from "./loops/history-pruner";
import { computeBackoffWithJitter } from "./protocol/retry-delay";
import { createTestApp, createTestDatabase, TestClock, waitUntil, type TestDatabase } from "./testing";

let database: TestDatabase;
let engine: Engine | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  await createTestApp().engine(database, []).migrate();
});
afterEach(async () => {
  await engine?.stop();
  engine = undefined;
  await database.clear();
});
afterAll(() => database.close());

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const ended = (count: number) =>
  waitUntil(
    async () => (await database.rows("select from engine.run where status <> 'running'")).length === count || null,
  );

test("migrating again, from several processes at once, changes nothing", async () => {
  await Promise.all([1, 2, 3].map(() => createTestApp().engine(database, []).migrate()));
  const numbers = (await database.rows<{ number: number }>("select number from engine.migration order by number")).map(
    (row) => row.number,
  );
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  await createTestApp().engine(database, []).migrate();
  expect(await database.rows("select number from engine.migration")).toHaveLength(numbers.length);
});

describe("a function that asks for what the engine does not do keeps it from starting, with a message:", () => {
  const batchEvents = { maxSize: 5, timeout: "1s" as const };
  test.each<[string, object]>([
    ["throttle", { throttle: { limit: 1, period: "1s" } }],
    ["debounce", { debounce: { period: "1s" } }],
    ["rateLimit", { rateLimit: { limit: 1, period: "1s" } }],
    ["idempotency", { idempotency: "event.data.id" }],
    ["singleton", { singleton: { mode: "skip" } }],
    ["priority", { priority: { run: "100" } }],
    ["timeouts", { timeouts: { start: "10s" } }],
    ["throttle", { batchEvents, throttle: { limit: 1, period: "1s" } }],
  ])("%s of %j", async (name, options) => {
    const app = createTestApp();
    const fn = app.client.createFunction({ id: "slow", triggers: { event: "a" }, ...options }, () => undefined);
    await expect(app.engine(database, [fn]).start()).rejects.toThrow(
      `Function "app-slow" asks for ${name}, which the embedded engine does not do. Remove it from the function`,
    );
    expect(await database.rows("select from engine.process")).toHaveLength(0);
  });

  test("step.invoke as its only trigger", async () => {
    const app = createTestApp();
    const fn = app.client.createFunction(
      { id: "callee", triggers: invoke(staticSchema<Record<string, unknown>>()) },
      () => undefined,
    );
    await expect(app.engine(database, [fn]).start()).rejects.toThrow(
      'Function "app-callee" asks for step.invoke as its only trigger, which the embedded engine does not do.',
    );
  });
});

test("a step that the engine lacks ends its run, and the run names the step and what to change", async () => {
  const app = createTestApp();
  const other = app.client.createFunction({ id: "other", triggers: { event: "never" } }, () => undefined);
  engine = app.engine(database, [
    other,
    app.client.createFunction({ id: "waits", triggers: { event: "go" } }, ({ step }) =>
      step.waitForEvent("answer", { event: "answer", timeout: "1h" }),
    ),
    app.client.createFunction({ id: "invokes", triggers: { event: "go" } }, ({ step }) =>
      step.invoke("ask", { function: other, data: {} }),
    ),
    app.client.createFunction({ id: "signal", triggers: { event: "go" } }, ({ step }) =>
      step.waitForSignal("sign", { signal: "s", timeout: "1h" }),
    ),
  ]);
  await engine.start();
  await app.client.send({ name: "go", data: {} });
  await ended(3);
  const rows = await database.rows<{ function_id: string; status: string; message: string }>(
    "select function_id, status, error::json->>'message' as message from engine.run order by function_id",
  );
  const message = (step: string, kind: string) =>
    `The step "${step}" is a ${kind}, which the embedded engine does not do. Use step.run, step.sleep, ` +
    "step.sleepUntil or step.sendEvent, or run this function on an Inngest server";
  expect(rows).toEqual([
    { function_id: "app-invokes", status: "failed", message: message("ask", "step.invoke") },
    { function_id: "app-signal", status: "failed", message: message("sign", "step.waitForSignal") },
    { function_id: "app-waits", status: "failed", message: message("answer", "step.waitForEvent") },
  ]);
  expect(await database.rows("select from engine.item")).toHaveLength(0);
});

test("another signing key keeps it from starting, with a message", async () => {
  const refused = createTestApp().engine(database, [], { signingKey: "signkey-test-ff" });
  await expect(refused.start()).rejects.toThrow("refused the registration");
});

test("health says what stands in the way while the database is away, and that it is over", async () => {
  const app = createTestApp();
  engine = app.engine(database, [], { quiet: true });
  expect(engine.health()).toEqual({ state: "starting" });
  await engine.start();
  expect(engine.health()).toEqual({ state: "running", backlog: 0 });
  await database.disconnectAll();
  const health = await waitUntil(() =>
    engine?.health().message?.includes("the connection to the database is lost") ? engine.health() : null,
  );
  expect(health.state).toBe("degraded");
  await waitUntil(() => engine?.health().state === "running");
  await engine.stop();
  expect(engine.health()).toEqual({ state: "stopped" });
});

test("the client's fetch takes events and registrations, and says what it has not", async () => {
  engine = createTestApp().engine(database, []);
  const post = async (path: string, body: unknown) => {
    const response = await engine?.fetch(`http://engine.invalid${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return [response?.status, await response?.json()];
  };
  expect(await post("/e/key", { name: "a" })).toEqual([200, { ids: [expect.stringMatching(/^\w{26}$/)], status: 200 }]);
  expect(await post("/e/key", { name: "inngest/x" })).toMatchObject([400, { ids: [], status: 400 }]);
  expect(await post("/fn/register", {})).toEqual([200, { ok: true, modified: false, status: 200 }]);
  expect(await post("/v1/checkpoint/x", {})).toMatchObject([
    501,
    { error: "The embedded engine has no POST /v1/checkpoint/x" },
  ]);
});

test("a client of another process only needs the database to send", async () => {
  const sender = createTestApp().engine(database, []);
  const client = new Inngest({
    id: "other",
    isDev: false,
    baseUrl: "http://engine.invalid/",
    eventKey: "k",
    fetch: sender.fetch,
    logger: silent,
  });
  const { ids } = await client.send([
    { name: "a", data: {} },
    { name: "b", data: {} },
  ]);
  expect(ids).toHaveLength(2);
  expect(await database.rows("select name, routed from engine.event order by id")).toEqual([
    { name: "a", routed: false },
    { name: "b", routed: false },
  ]);
});

test("status counts what each function has to do and has done", async () => {
  const app = createTestApp();
  const fn = app.client.createFunction(
    { id: "mixed", retries: 0, triggers: { event: "a" } },
    async ({ event, step }) => {
      if (event.data.do === "fail") throw new Error("failed");
      if (event.data.do === "sleep") await step.sleep("long", "1h");
    },
  );
  engine = app.engine(database, [fn], { clock: new TestClock() });
  await engine.start();
  await app.client.send(["fail", "sleep", "return", "return"].map((what) => ({ name: "a", data: { do: what } })));
  await ended(3);
  const { functions } = await waitUntil(async () => {
    const status = await engine?.status();
    return status?.functions[0]?.sleeping === 1 ? status : null;
  });
  expect(functions).toEqual([
    {
      id: "app-mixed",
      name: "mixed",
      options: { triggers: [{ event: "a" }] },
      attemptsMax: 1,
      ready: 0,
      running: 0,
      sleeping: 1,
      waitingEvents: 0,
      completed: 2,
      failed: 1,
      cancelled: 0,
      endedLastHour: 3,
      oldestWaitingAt: null,
    },
  ]);
});

test("pruning deletes old runs, steps, events and keys, and keeps what live runs need", async () => {
  const app = createTestApp();
  const clock = new TestClock();
  const fn = app.client.createFunction({ id: "kept", triggers: { event: "a" } }, async ({ event, step }) => {
    await step.run("one", () => 1);
    if (event.data.live) await step.sleep("long", "30d");
  });
  engine = app.engine(database, [fn], { clock });
  await engine.start();
  await app.client.send([
    { id: "gone", name: "a", data: {} },
    { id: "live", name: "a", data: { live: true } },
    { name: "unheard", data: {} },
  ]);
  await ended(1);
  await waitUntil(
    async () => (await database.rows("select from engine.item where kind = 'sleep'")).length === 1 || null,
  );
  const context = createEngineContext({
    db: new EngineDatabase(database.pool, "engine"),
    clock,
    log: silent,
    backoff: computeBackoffWithJitter,
    ownerOf: () => "",
    usesEventsUp: () => false,
    startsIdleBatches: true,
  });
  const pruner = new HistoryPruner(context, { runsMs: 3_600_000, eventsMs: 3_600_000 });
  const counts = () =>
    database.rows(
      `select (select count(*)::int from engine.run) as runs, (select count(*)::int from engine.step) as steps,
              (select count(*)::int from engine.event) as events,
              (select count(*)::int from engine.idempotency) as keys`,
    );
  await pruner.prune();
  expect(await counts()).toEqual([{ runs: 2, steps: 2, events: 3, keys: 2 }]);
  clock.advance(25 * 3_600_000);
  await pruner.prune();
  expect(await counts()).toEqual([{ runs: 1, steps: 1, events: 1, keys: 1 }]);
});
