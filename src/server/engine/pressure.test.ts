import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Backlog } from "./backlog";
import { EngineDatabase } from "./engine-database";
import type { Engine, EngineOptions } from "./engine";
import { createTestApp, createTestDatabase, waitUntil, type TestDatabase } from "./testing";
import { startDatabaseProxy } from "./testing-proxy";
import { EngineUnavailableError } from "./unavailable";

let database: TestDatabase;
const engines: Engine[] = [];
const gates: (() => void)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await createTestApp().engine(database, []).migrate();
});
afterEach(async () => {
  for (const open of gates.splice(0)) open();
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  await database.clear();
});
afterAll(() => database.close());

/** A started engine with a function that keeps every event until the gate is opened. */
async function startGated(options: Partial<EngineOptions> = {}) {
  const app = createTestApp();
  const handled: number[] = [];
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  gates.push(open);
  const fn = app.client.createFunction(
    { id: "gated", concurrency: { limit: 1 }, triggers: { event: "a" } },
    async ({ event, step }) => {
      await gate;
      await step.sendEvent("follow", { name: "b", data: { n: event.data.n as number } });
    },
  );
  const follow = app.client.createFunction(
    { id: "follow", triggers: { event: "b" } },
    ({ event }) => void handled.push(event.data.n as number),
  );
  const engine = app.engine(database, [fn, follow], { quiet: true, ...options });
  engines.push(engine);
  await engine.start();
  return { engine, handled, open };
}

const events = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ name: "a", data: { n: from + index } }));
const refusal = (attempt: Promise<unknown>): Promise<EngineUnavailableError> =>
  attempt.then(
    () => Promise.reject(new Error("It was taken")),
    (error: unknown) => error as EngineUnavailableError,
  );
const stored = async () =>
  (await database.rows<{ n: number }>("select count(*)::int as n from engine.event where name = 'a'"))[0]?.n;

test("a full backlog refuses outside events with a Retry-After, and has room again after its work", async () => {
  const { engine, handled, open } = await startGated({ backlogMax: 10 });
  await engine.ingest(events(12), { fromOutside: true });
  const refused = await refusal(engine.ingest(events(1, 100), { fromOutside: true }));
  expect(refused).toBeInstanceOf(EngineUnavailableError);
  expect(refused).toMatchObject({ reason: "overloaded", status: 429 });
  expect(refused.retryAfterSeconds).toBeGreaterThanOrEqual(1);
  expect(refused.retryAfterSeconds).toBeLessThanOrEqual(60);
  expect(await stored()).toBe(12);
  const health = engine.health();
  expect(health.state).toBe("overloaded");
  expect(health.message).toMatch(
    /^overloaded: \d+ events and calls wait, and 10 may; new events are answered with 429 until fewer than 8 wait$/,
  );
  expect(engine.overload()).toMatchObject({ reason: "overloaded" });

  open();
  await waitUntil(() => handled.length === 12);
  await waitUntil(() => engine.overload() === null);
  await waitUntil(() => engine.health().state === "running");
  await engine.ingest(events(1, 200), { fromOutside: true });
  await waitUntil(() => handled.includes(200));
  expect([...handled].sort((a, b) => a - b)).toEqual([...Array(12).keys(), 200]);
});

test("the engine takes the functions' own events while it refuses events from outside", async () => {
  const { engine } = await startGated({ backlogMax: 5 });
  await engine.ingest(events(6), { fromOutside: true });
  await refusal(engine.ingest(events(1), { fromOutside: true }));
  await engine.ingest(events(3));
  const response = await engine.fetch("http://engine.invalid/e/key", {
    method: "POST",
    body: JSON.stringify(events(2)),
  });
  expect(response.status).toBe(200);
  expect(await stored()).toBe(11);
});

test("all processes share one bound: each counts the events of the others before it takes or refuses", async () => {
  const [first, second] = [await startGated({ backlogMax: 10 }), await startGated({ backlogMax: 10 })];
  await first.engine.ingest(events(12), { fromOutside: true });
  await waitUntil(() => second.engine.health().state === "overloaded");
  expect(await refusal(second.engine.ingest(events(1), { fromOutside: true }))).toMatchObject({ status: 429 });
  first.open();
  second.open();
  await waitUntil(
    async () => (await second.engine.ingest(events(1), { fromOutside: true }).catch(() => null)) !== null,
  );
});

test("many concurrent senders do not exceed the bound together", async () => {
  const { engine } = await startGated({ backlogMax: 20 });
  const results = await Promise.allSettled(
    Array.from({ length: 100 }, (_, n) => engine.ingest(events(1, n), { fromOutside: true })),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
  expect(await stored()).toBe(20);
});

test("a full backlog has room again at four fifths of its maximum, and Retry-After follows its speed", async () => {
  const wait = async (count: number) => {
    await database.rows("delete from engine.batch_item");
    await database.rows(
      `
        insert into engine.batch_item (function_id, key, event_id, bytes, added_at) select 'f', '', 'e', 1, now()
          from generate_series(1, $1::int)`,
      [count],
    );
  };
  const backlog = new Backlog(new EngineDatabase(database.pool, "engine"), 100);
  const states: boolean[] = [];
  for (const count of [99, 100, 99, 80, 79, 99, 100]) {
    await wait(count);
    await backlog.count();
    states.push(backlog.overload !== null);
  }
  expect(states).toEqual([false, true, true, true, false, false, true]);
  await wait(10_000);
  await backlog.count();
  expect(backlog.counted).toBe(125);
  await backlog.count();
  await backlog.count();
  expect(backlog.overload?.retryAfterSeconds).toBeGreaterThanOrEqual(1);
  expect(backlog.overload?.retryAfterSeconds).toBeLessThanOrEqual(60);
});

test.each([
  ["53100", "disk full", "the disk of the database is full"],
  ["57P03", "unreachable", "the database cannot be used"],
])(
  "while the database answers %s nothing is taken, health says why, and it ends by itself when a write succeeds",
  async (code, reason, words) => {
    const { engine } = await startGated();
    await database.rows(
      `
        create function engine.fails() returns trigger language plpgsql as
        $$ begin raise exception 'no room' using errcode = '${code}'; end $$`,
    );
    await database.rows(
      "create trigger fails before insert on engine.event for each statement execute function engine.fails()",
    );
    try {
      expect(await refusal(engine.ingest(events(2), { fromOutside: true }))).toMatchObject({
        reason,
        status: 503,
        retryAfterSeconds: expect.any(Number),
      });
      expect(await stored()).toBe(0);
      expect(engine.health()).toMatchObject({ state: "degraded", message: `taking events: ${words}` });
    } finally {
      await database.rows("drop function engine.fails cascade");
    }
    // The engine must recover without a sender's request: after a 503, a load balancer sends it no requests.
    await waitUntil(() => engine.health().state === "running");
    expect(await database.rows("select from engine.event")).toHaveLength(0);
  },
);

test.each(["event", "item", "run", "process"])(
  "while another session holds the table engine.%s nothing hangs, health is degraded, and it ends by itself",
  async (table) => {
    const pool = new pg.Pool({ connectionString: database.url, options: "-c lock_timeout=200" });
    const holder = new pg.Client(database.url);
    await holder.connect();
    try {
      const { engine, handled, open } = await startGated({ pool, connectionString: database.url });
      open();
      await holder.query("begin");
      await holder.query(`lock table engine.${table} in access exclusive mode`);
      const isTakenOrRefused = engine.ingest(events(1), { fromOutside: true }).then(
        () => true,
        (error: EngineUnavailableError) => error.status === 503 && error.reason === "unreachable",
      );
      await waitUntil(() => engine.health().state === "degraded");
      expect(engine.health().message).toContain("the database cannot be used");
      expect(await isTakenOrRefused).toBe(true);
      await holder.query("rollback");
      await waitUntil(() => engine.health().state === "running");
      await engine.ingest(events(1, 60), { fromOutside: true });
      await waitUntil(() => handled.includes(60));
    } finally {
      await holder.end();
      await Promise.all(engines.splice(0).map((engine) => engine.stop()));
      await pool.end();
    }
  },
);

test("senders get a quick answer during a database outage, and the engine continues by itself afterwards", async () => {
  const proxy = await startDatabaseProxy(database.url);
  const pool = new pg.Pool({ connectionString: proxy.url, connectionTimeoutMillis: 1000 });
  pool.on("error", () => undefined);
  try {
    const { engine, handled, open } = await startGated({ pool, connectionString: proxy.url });
    await engine.ingest(events(3), { fromOutside: true });
    await proxy.down();
    const since = performance.now();
    expect(await refusal(engine.ingest(events(1, 50), { fromOutside: true }))).toMatchObject({
      reason: "unreachable",
      status: 503,
    });
    expect(performance.now() - since).toBeLessThan(30_000);
    expect(engine.health()).toMatchObject({
      state: "degraded",
      message: expect.stringContaining("the database cannot be used"),
    });
    open();
    await proxy.up();
    await waitUntil(() => engine.health().state === "running");
    await engine.ingest(events(1, 60), { fromOutside: true });
    await waitUntil(() => handled.length === 4);
    expect([...handled].sort((a, b) => a - b)).toEqual([0, 1, 2, 60]);
  } finally {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()));
    await pool.end();
    await proxy.close();
  }
});
