import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../engine";
import { createTestApp, createTestDatabase, TestClock, waitUntil, type TestDatabase } from "../testing";

/*
 * Guarantees of the engine beyond an Inngest server, and guarantees that only its tables show: stored data, fairness,
 * and batches at once on an idle system.
 */

let database: TestDatabase;
let running: Engine | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  await createTestApp().engine(database, []).migrate();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  await database.clear();
});
afterAll(() => database.close());

type App = ReturnType<typeof createTestApp>;
type Functions = Parameters<App["engine"]>[1];

/** Starts an engine with a clock that only the test moves. Failed calls are tried again after 10 s, 20 s, 30 s … */
async function start(app: App, functions: Functions, options: Parameters<App["engine"]>[2] = {}): Promise<TestClock> {
  const clock = new TestClock();
  running = app.engine(database, functions, { clock, backoff: (attempt) => (attempt + 1) * 10_000, ...options });
  await running.start();
  return clock;
}

/** Waits until a function has at least `count` runs and all have ended. Returns them, the oldest first. */
async function ended(functionId: string, count = 1): Promise<{ status: string; output: unknown }[]> {
  return waitUntil(async () => {
    const rows = await database.rows<{ status: string; output: string | null }>(
      "select status, output from engine.run where function_id = $1 order by id",
      [functionId],
    );
    if (rows.length < count || rows.some((row) => row.status === "running")) return null;
    return rows.map((row) => ({
      status: row.status,
      output: row.output === null ? null : (JSON.parse(row.output) as unknown),
    }));
  });
}

const timers = () =>
  database.rows<{ kind: string; due_at: Date; attempt: number }>(
    "select kind, due_at, attempt from engine.item where state = 'timer' order by due_at",
  );
const sleeping = (count = 1) => waitUntil(async () => ((await timers()).length === count ? timers() : null));

/** A gate that holds a function until the test opens it. */
function createGate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe("what is stored", () => {
  test("data reaches a function as it was sent: keys in order, NUL and lone surrogates as they are", async () => {
    const app = createTestApp();
    const seen: string[] = [];
    await start(app, [
      app.client.createFunction(
        { id: "echo", triggers: { event: "echo" } },
        ({ event }) => void seen.push(JSON.stringify(event.data)),
      ),
    ]);
    await app.client.send({ name: "echo", data: { text: "a\u0000b\ud800", z: 1, a: 2 } });
    await ended("app-echo");
    expect(seen).toEqual(['{"text":"a\\u0000b\\ud800","z":1,"a":2}']);
  });

  test("each step is stored once, in the order in which they were completed", async () => {
    const app = createTestApp();
    const fn = app.client.createFunction({ id: "steps", triggers: { event: "steps" } }, async ({ step }) => {
      const a = await step.run("a", () => ({ value: 1, data: "kept" }));
      const b = await step.run("b", () => undefined);
      return { a, b };
    });
    await start(app, [fn]);
    await app.client.send({ name: "steps", data: {} });
    expect(await ended("app-steps")).toEqual([
      { status: "completed", output: { a: { value: 1, data: "kept" }, b: null } },
    ]);
    expect(await database.rows("select name, op, seq, memo from engine.step order by seq")).toEqual([
      { name: "a", op: "StepRun", seq: 0, memo: '{"data":{"value":1,"data":"kept"}}' },
      { name: "b", op: "StepRun", seq: 1, memo: '{"data":null}' },
    ]);
  });

  test("a failed try becomes a timer of its call", async () => {
    const app = createTestApp();
    const fn = app.client.createFunction(
      { id: "retry", retries: 2, triggers: { event: "retry" } },
      async ({ step, attempt }) => {
        await step.run("a", () => {
          if (attempt === 0) throw new Error("not yet");
        });
      },
    );
    const clock = await start(app, [fn]);
    await app.client.send({ name: "retry", data: {} });
    expect(await sleeping()).toEqual([{ kind: "call", attempt: 1, due_at: new Date(clock.now() + 10_000) }]);
    clock.advance(10_000);
    expect(await ended("app-retry")).toMatchObject([{ status: "completed" }]);
  });

  test("the end of a run stores an event only if a function listens to it", async () => {
    const app = createTestApp();
    const fails = app.client.createFunction(
      { id: "fails", retries: 0, triggers: { event: "go" }, onFailure: () => undefined },
      () => {
        throw new Error("broken");
      },
    );
    const other = app.client.createFunction({ id: "other", retries: 0, triggers: { event: "go" } }, () => {
      throw new Error("other");
    });
    await start(app, [fails, other]);
    await app.client.send({ name: "go", data: {} });
    await ended("app-fails-failure");
    await ended("app-other");
    expect(await database.rows("select name from engine.event where name like 'inngest/%'")).toEqual([
      { name: "inngest/function.failed" },
    ]);
  });

  test("a cancelled run drops the result of its call in flight", async () => {
    const app = createTestApp();
    const gate = createGate();
    let called = false;
    const fn = app.client.createFunction({ id: "busy", triggers: { event: "begin" } }, async ({ step }) => {
      await step.run("work", () => ((called = true), gate.opened));
      await step.run("never", () => undefined);
    });
    await start(app, [fn]);
    await app.client.send({ name: "begin", data: {} });
    await waitUntil(() => called);
    const [run] = (await running!.inspect.runs({ owners: [""], limit: 1 })).items;
    await running!.inspect.cancel(run!.id, [""]);
    gate.open();
    expect(await ended("app-busy")).toMatchObject([{ status: "cancelled" }]);
    await waitUntil(async () => (await database.rows("select from engine.item")).length === 0);
    expect(await database.rows("select from engine.step")).toHaveLength(0);
  });
});

test("a deep backlog of one key does not delay another key", async () => {
  const app = createTestApp();
  const order: string[] = [];
  const fn = app.client.createFunction(
    { id: "fair", triggers: { event: "job" }, concurrency: [{ limit: 10, key: "event.data.key" }] },
    ({ event }) => void order.push(event.data.key as string),
  );
  running = app.engine(database, [fn], { clock: new TestClock(), concurrency: 2 });
  await app.client.send([...Array<string>(50).fill("deep"), "late"].map((key) => ({ name: "job", data: { key } })));
  await running.start();
  await ended("app-fair", 51);
  expect(order.indexOf("late")).toBeLessThan(6);
});

describe("batches", () => {
  test("an idle function receives one event at once; under load its batches fill up", async () => {
    const app = createTestApp();
    const sizes: number[] = [];
    const gate = createGate();
    const fn = app.client.createFunction(
      { id: "batch", triggers: { event: "item" }, batchEvents: { maxSize: 10, timeout: "30s" }, concurrency: 1 },
      async ({ events }) => {
        sizes.push(events.length);
        if (sizes.length === 1) await gate.opened;
      },
    );
    await start(app, [fn]);
    await app.client.send({ name: "item", data: {} });
    await waitUntil(() => sizes.length === 1);
    await app.client.send(Array.from({ length: 25 }, (_, n) => ({ name: "item", data: { n } })));
    gate.open();
    await waitUntil(() => sizes.length === 4);
    expect(sizes).toEqual([1, 10, 10, 5]);
  });

  test("an event waits at most the timeout while another batch of its key runs", async () => {
    const app = createTestApp();
    const seen: unknown[][] = [];
    const gate = createGate();
    const fn = app.client.createFunction(
      { id: "keyed", triggers: { event: "item" }, batchEvents: { maxSize: 10, timeout: "5s", key: "event.data.k" } },
      async ({ events }) => {
        seen.push(events.map((event) => `${event.data.k as string}${event.data.n as number}`));
        if (seen.length === 1) await gate.opened;
      },
    );
    const clock = await start(app, [fn]);
    const send = (k: string, n: number) => app.client.send({ name: "item", data: { k, n } });
    await send("a", 1);
    await waitUntil(() => seen.length === 1);
    await send("a", 2);
    await send("a", 3);
    await send("b", 1);
    await waitUntil(() => seen.length === 2);
    expect(seen).toEqual([["a1"], ["b1"]]);
    clock.advance(5000);
    await waitUntil(() => seen.length === 3);
    expect(seen[2]).toEqual(["a2", "a3"]);
    gate.open();
    await ended("app-keyed", 3);
  });
});
