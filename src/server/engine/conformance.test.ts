import { NonRetriableError, RetryAfterError } from "inngest";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "./engine";
import { createTestApp, createTestDatabase, TestClock, until, type TestDatabase } from "./testing";

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

/** Starts an engine with a clock that stands still and retries after 10 s, 20 s, 30 s … */
async function start(app: App, functions: Functions, options: Parameters<App["engine"]>[2] = {}): Promise<TestClock> {
  const clock = new TestClock();
  running = app.engine(database, functions, { clock, backoff: (attempt) => (attempt + 1) * 10_000, ...options });
  await running.start();
  return clock;
}

/** The statuses of all runs of a function, oldest first, once none is live. */
async function ended(functionId: string, count = 1): Promise<{ status: string; output: unknown; error: { name: string; message: string } | null }[]> {
  return until(async () => {
    const rows = await database.rows<{ status: string; output: string | null; error: string | null }>(
      "select status, output, error from engine.run where function_id = $1 order by id", [functionId]);
    if (rows.length < count || rows.some((row) => row.status === "running")) return null;
    return rows.map((row) => ({
      status: row.status,
      output: row.output === null ? null : JSON.parse(row.output),
      error: row.error === null ? null : JSON.parse(row.error),
    }));
  });
}

const timers = () => database.rows<{ kind: string; due_at: Date; attempt: number }>("select kind, due_at, attempt from engine.item where state = 'timer' order by due_at");
const sleeping = (count = 1) => until(async () => ((await timers()).length === count ? await timers() : null));

describe("triggers", () => {
  test("an event starts every function that listens to it once, by name, wildcard and condition", async () => {
    const app = createTestApp();
    const calls: string[] = [];
    const fn = (id: string, triggers: { event: string; if?: string }[]) =>
      app.client.createFunction({ id, triggers }, ({ event }) => void calls.push(`${id} ${event.name} ${JSON.stringify(event.data)}`));
    await start(app, [
      fn("exact", [{ event: "order/paid" }, { event: "order/*" }]),
      fn("wild", [{ event: "order/*" }]),
      fn("condition", [{ event: "order/paid", if: "event.data.amount > 10 && event.data.missing == null" }]),
      fn("other", [{ event: "order/sent" }]),
    ]);
    await app.client.send([
      { name: "order/paid", data: { amount: 5 } },
      { name: "order/paid", data: { amount: 50, text: "a\u0000b\ud800", z: 1, a: 2 } },
    ]);
    await ended("app-exact", 2);
    await ended("app-wild", 2);
    await ended("app-condition", 1);
    const big = '{"amount":50,"text":"a\\u0000b\\ud800","z":1,"a":2}';
    expect(calls.sort()).toEqual([
      `condition order/paid ${big}`,
      `exact order/paid ${big}`,
      'exact order/paid {"amount":5}',
      `wild order/paid ${big}`,
      'wild order/paid {"amount":5}',
    ]);
  });

  test("a cron runs once a tick in its time zone", async () => {
    const app = createTestApp();
    const ticks: unknown[] = [];
    const nightly = app.client.createFunction({ id: "nightly", triggers: [{ cron: "TZ=Europe/Paris 0 3 * * *" }] }, ({ event }) => {
      ticks.push([event.name, (event.data as { scheduledAt?: string }).scheduledAt]);
    });
    const clock = await start(app, [nightly]);
    clock.advance(3 * 3_600_000);
    await ended("app-nightly", 1);
    clock.advance(24 * 3_600_000);
    await ended("app-nightly", 2);
    expect(ticks).toEqual([
      ["inngest/scheduled.timer", "2030-01-01T02:00:00.000Z"],
      ["inngest/scheduled.timer", "2030-01-02T02:00:00.000Z"],
    ]);
  });

  test("an event in the future starts its function then", async () => {
    const app = createTestApp();
    let calledAt = 0;
    const fn = app.client.createFunction({ id: "later", triggers: { event: "later" } }, () => void (calledAt = clock.now()));
    const clock = await start(app, [fn]);
    const ts = clock.now() + 60_000;
    await app.client.send({ name: "later", data: {}, ts });
    const [timer] = await sleeping();
    expect(timer?.due_at.getTime()).toBe(ts);
    clock.advance(60_000);
    await ended("app-later");
    expect(calledAt).toBe(ts);
  });

  test("the same event id starts a function once within 24 h, and again after that", async () => {
    const app = createTestApp();
    let calls = 0;
    const fn = app.client.createFunction({ id: "once", triggers: { event: "once" } }, () => void calls++);
    const clock = await start(app, [fn]);
    await app.client.send([{ id: "x", name: "once", data: {} }, { id: "x", name: "once", data: {} }]);
    await app.client.send({ id: "x", name: "once", data: {} });
    await app.client.send({ id: "y", name: "once", data: {} });
    await ended("app-once", 2);
    expect(calls).toBe(2);
    clock.advance(24 * 3_600_000);
    await app.client.send({ id: "x", name: "once", data: {} });
    await ended("app-once", 3);
    expect(calls).toBe(3);
  });
});

describe("steps", () => {
  test("each step runs once, and the function sees its results in every later call", async () => {
    const app = createTestApp();
    const log: string[] = [];
    const fn = app.client.createFunction({ id: "steps", triggers: { event: "steps" } }, async ({ step, runId, attempt }) => {
      log.push(`call ${attempt}`);
      const a = await step.run("a", () => (log.push("a"), { value: 1, data: "kept" }));
      const b = await step.run("b", () => (log.push("b"), undefined));
      return { a, b, id: runId.length };
    });
    await start(app, [fn]);
    await app.client.send({ name: "steps", data: {} });
    expect(await ended("app-steps")).toEqual([
      { status: "completed", output: { a: { value: 1, data: "kept" }, b: null, id: 26 }, error: null },
    ]);
    expect(log).toEqual(["call 0", "a", "call 0", "b", "call 0"]);
    const steps = await database.rows("select name, op, seq, memo from engine.step order by seq");
    expect(steps).toEqual([
      { name: "a", op: "StepRun", seq: 0, memo: '{"data":{"value":1,"data":"kept"}}' },
      { name: "b", op: "StepRun", seq: 1, memo: '{"data":null}' },
    ]);
  });

  test("parallel steps run each once, and the function goes on when all have ended", async () => {
    const app = createTestApp();
    const log: string[] = [];
    const fn = app.client.createFunction({ id: "parallel", triggers: { event: "parallel" } }, async ({ step }) => {
      log.push("call");
      const results = await Promise.all([
        step.run("a", () => (log.push("a"), 1)),
        step.run("b", () => (log.push("b"), 2)),
        step.sleep("nap", "1m"),
      ]);
      return step.run("sum", () => results.slice(0, 2));
    });
    const clock = await start(app, [fn]);
    await app.client.send({ name: "parallel", data: {} });
    await until(async () => (await database.rows("select from engine.step")).length === 2 || null);
    await sleeping();
    expect(log.filter((entry) => entry !== "call").sort()).toEqual(["a", "b"]);
    const calls = log.filter((entry) => entry === "call").length;
    expect(calls).toBe(3);
    clock.advance(60_000);
    expect(await ended("app-parallel")).toMatchObject([{ status: "completed", output: [1, 2] }]);
    expect(log.filter((entry) => entry === "call")).toHaveLength(calls + 2);
  });

  test("sleep and sleepUntil wake at their time, not before", async () => {
    const app = createTestApp();
    const fn = app.client.createFunction({ id: "naps", triggers: { event: "naps" } }, async ({ step }) => {
      await step.sleep("short", 90_000);
      await step.sleepUntil("until", new Date(Date.UTC(2030, 0, 2)));
      return "rested";
    });
    const clock = await start(app, [fn]);
    const begin = clock.now();
    await app.client.send({ name: "naps", data: {} });
    expect((await sleeping())[0]?.due_at.getTime()).toBe(begin + 90_000);
    clock.advance(90_000);
    const until2 = await until(async () => ((await timers())[0]?.due_at.getTime() === Date.UTC(2030, 0, 2) ? true : null));
    expect(until2).toBe(true);
    clock.advance(86_400_000);
    expect(await ended("app-naps")).toMatchObject([{ status: "completed", output: "rested" }]);
  });

  test("sendEvent in a step starts the listeners, once", async () => {
    const app = createTestApp();
    const got: unknown[] = [];
    const parent = app.client.createFunction({ id: "parent", triggers: { event: "parent" } }, async ({ step }) => {
      const { ids } = await step.sendEvent("fan out", [{ name: "child", data: { n: 1 } }, { name: "child", data: { n: 2 } }]);
      return ids.length;
    });
    const child = app.client.createFunction({ id: "child", triggers: { event: "child" } }, ({ event }) => void got.push(event.data.n));
    await start(app, [parent, child]);
    await app.client.send({ name: "parent", data: {} });
    expect(await ended("app-parent")).toMatchObject([{ output: 2 }]);
    await ended("app-child", 2);
    expect(got.sort()).toEqual([1, 2]);
  });

  test("waitForEvent resumes with the matching event, or with null at its timeout", async () => {
    const app = createTestApp();
    const fn = app.client.createFunction({ id: "wait", triggers: { event: "wait" } }, async ({ step }) => {
      const answer = await step.waitForEvent("answer", { event: "answer", timeout: "1h", if: "async.data.id == event.data.id" });
      return answer?.data ?? null;
    });
    const clock = await start(app, [fn]);
    await app.client.send([{ name: "wait", data: { id: 1 } }, { name: "wait", data: { id: 2 } }]);
    await sleeping(2);
    await app.client.send([{ name: "answer", data: { id: 3 } }, { name: "answer", data: { id: 2, ok: true } }]);
    await sleeping(1);
    clock.advance(3_600_000);
    const outputs = (await ended("app-wait", 2)).map((run) => JSON.stringify(run.output)).sort();
    expect(outputs).toEqual(['null', '{"id":2,"ok":true}'].sort());
    expect(await database.rows("select from engine.pause")).toHaveLength(0);
  });

  test("invoke runs another function and gives its result, or its error", async () => {
    const app = createTestApp();
    const double = app.client.createFunction({ id: "double", retries: 0, triggers: { event: "never" } }, ({ event }) => {
      if (event.data.n < 0) throw new NonRetriableError("negative");
      return event.data.n * 2;
    });
    const fn = app.client.createFunction({ id: "caller", triggers: { event: "caller" } }, async ({ step }) => {
      const ok = await step.invoke("ok", { function: double, data: { n: 21 } });
      const bad = await step.invoke("bad", { function: double, data: { n: -1 } }).catch((error: Error) => error.message);
      return [ok, bad];
    });
    await start(app, [double, fn]);
    await app.client.send({ name: "caller", data: {} });
    expect(await ended("app-caller")).toMatchObject([{ status: "completed", output: [42, "negative"] }]);
  });
});

describe("failures", () => {
  test("each step has its own tries, counted from 0, with the waits of the table", async () => {
    const app = createTestApp();
    const log: string[] = [];
    const fn = app.client.createFunction({ id: "retry", retries: 2, triggers: { event: "retry" } }, async ({ step, attempt, maxAttempts }) => {
      await step.run("a", () => {
        log.push(`a ${attempt}/${maxAttempts}`);
        if (attempt < 2) throw new Error("not yet");
      });
      await step.run("b", () => {
        log.push(`b ${attempt}`);
        if (attempt < 1) throw new Error("not yet");
      });
    });
    const clock = await start(app, [fn]);
    const begin = clock.now();
    await app.client.send({ name: "retry", data: {} });
    expect((await sleeping())[0]).toEqual({ kind: "call", attempt: 1, due_at: new Date(begin + 10_000) });
    clock.advance(10_000);
    await until(async () => ((await timers())[0]?.attempt === 2 ? true : null));
    clock.advance(20_000);
    await until(async () => ((await timers())[0]?.attempt === 1 ? true : null));
    clock.advance(10_000);
    expect(await ended("app-retry")).toMatchObject([{ status: "completed" }]);
    expect(log).toEqual(["a 0/3", "a 1/3", "a 2/3", "b 0", "b 1"]);
  });

  test("a step that used up its tries throws into the function, which may catch it", async () => {
    const app = createTestApp();
    const body = (caught: boolean) => async ({ step }: { step: { run(id: string, fn: () => unknown): Promise<unknown> } }) => {
      try {
        await step.run("fails", () => {
          throw new Error("always");
        });
      } catch (error) {
        if (!caught) throw error;
        return `caught ${(error as Error).message}`;
      }
    };
    const caught = app.client.createFunction({ id: "caught", retries: 1, triggers: { event: "go" } }, body(true));
    const thrown = app.client.createFunction({ id: "thrown", retries: 1, triggers: { event: "go" } }, body(false));
    const clock = await start(app, [caught, thrown]);
    await app.client.send({ name: "go", data: {} });
    await sleeping(2);
    clock.advance(10_000);
    expect(await ended("app-caught")).toMatchObject([{ status: "completed", output: "caught always" }]);
    expect(await ended("app-thrown")).toMatchObject([{ status: "failed", error: { message: "always" } }]);
  });

  test("NonRetriableError ends at once, and RetryAfterError sets the wait", async () => {
    const app = createTestApp();
    const final = app.client.createFunction({ id: "final", triggers: { event: "go" } }, () => {
      throw new NonRetriableError("no use");
    });
    const later = app.client.createFunction({ id: "after", triggers: { event: "go" } }, ({ attempt }) => {
      if (attempt === 0) throw new RetryAfterError("busy", "90s");
      return "done";
    });
    const clock = await start(app, [final, later]);
    await app.client.send({ name: "go", data: {} });
    expect(await ended("app-final")).toMatchObject([{ status: "failed", error: { name: "NonRetriableError", message: "no use" } }]);
    expect((await sleeping())[0]?.due_at.getTime()).toBe(clock.now() + 90_000);
    clock.advance(90_000);
    expect(await ended("app-after")).toMatchObject([{ status: "completed", output: "done" }]);
  });

  test("onFailure gets the error and the event of a run that failed, and only of its own function", async () => {
    const app = createTestApp();
    const failures: unknown[] = [];
    const fails = app.client.createFunction(
      { id: "fails", retries: 0, triggers: { event: "go" }, onFailure: ({ error, event }) => void failures.push([error.message, event.data.event.data, event.data.function_id]) },
      () => {
        throw new Error("broken");
      },
    );
    const other = app.client.createFunction({ id: "other", retries: 0, triggers: { event: "go" } }, () => {
      throw new Error("other");
    });
    await start(app, [fails, other]);
    await app.client.send({ name: "go", data: { n: 1 } });
    await ended("app-fails-failure");
    await ended("app-other");
    expect(failures).toEqual([["broken", { n: 1 }, "app-fails"]]);
    const system = await database.rows("select name from engine.event where name like 'inngest/%'");
    expect(system).toEqual([{ name: "inngest/function.failed" }]);
  });
});

describe("cancelOn", () => {
  test("cancels the sleeping run that the event names, and no other", async () => {
    const app = createTestApp();
    const woke: number[] = [];
    const fn = app.client.createFunction(
      { id: "cancellable", triggers: { event: "begin" }, cancelOn: [{ event: "stop", if: "async.data.id == event.data.id" }] },
      async ({ step, event }) => {
        await step.sleep("wait", "1h");
        woke.push(event.data.id as number);
      },
    );
    const clock = await start(app, [fn]);
    await app.client.send({ name: "stop", data: { id: 2 } });
    await app.client.send([1, 2, 3].map((id) => ({ name: "begin", data: { id } })));
    await sleeping(3);
    await app.client.send({ name: "stop", data: { id: 1 } });
    clock.advance(3_600_000);
    expect((await ended("app-cancellable", 3)).map((run) => run.status)).toEqual(["cancelled", "completed", "completed"]);
    expect(woke.sort()).toEqual([2, 3]);
  });

  test("drops the result of a call that was under way", async () => {
    const app = createTestApp();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let called = false;
    const fn = app.client.createFunction({ id: "busy", triggers: { event: "begin" }, cancelOn: [{ event: "stop" }] }, async ({ step }) => {
      await step.run("work", () => ((called = true), gate));
      await step.run("never", () => undefined);
    });
    await start(app, [fn]);
    await app.client.send({ name: "begin", data: {} });
    await until(() => called);
    await app.client.send({ name: "stop", data: {} });
    release();
    expect(await ended("app-busy")).toMatchObject([{ status: "cancelled" }]);
    await until(() => running?.health().state === "running");
    expect(await database.rows("select from engine.step")).toHaveLength(0);
    expect(await database.rows("select from engine.item")).toHaveLength(0);
  });
});

describe("concurrency", () => {
  test("a limit with a key holds for each key, and other keys go on", async () => {
    const app = createTestApp();
    const active = new Map<string, number>();
    const peaks = new Map<string, number>();
    const fn = app.client.createFunction(
      { id: "limited", triggers: { event: "job" }, concurrency: [{ limit: 2, key: "event.data.key" }] },
      async ({ event }) => {
        const key = event.data.key as string;
        active.set(key, (active.get(key) ?? 0) + 1);
        peaks.set(key, Math.max(peaks.get(key) ?? 0, active.get(key) ?? 0));
        await new Promise((resolve) => setTimeout(resolve, 10));
        active.set(key, (active.get(key) ?? 0) - 1);
      },
    );
    await start(app, [fn]);
    await app.client.send(Array.from({ length: 24 }, (_, n) => ({ name: "job", data: { key: `k${n % 3}` } })));
    await ended("app-limited", 24);
    expect([...peaks.entries()].sort()).toEqual([["k0", 2], ["k1", 2], ["k2", 2]]);
  });

  test("a deep backlog of one key does not hold up another", async () => {
    const app = createTestApp();
    const order: string[] = [];
    const fn = app.client.createFunction(
      { id: "fair", triggers: { event: "job" }, concurrency: [{ limit: 10, key: "event.data.key" }] },
      ({ event }) => void order.push(event.data.key as string),
    );
    const clock = new TestClock();
    running = app.engine(database, [fn], { clock, concurrency: 2 });
    await app.client.send([...Array<string>(50).fill("deep"), "late"].map((key) => ({ name: "job", data: { key } })));
    await running.start();
    await ended("app-fair", 51);
    expect(order.indexOf("late")).toBeLessThan(6);
  });
});

describe("batches", () => {
  test("with nothing under way one event is handed over at once; under load batches fill up", async () => {
    const app = createTestApp();
    const sizes: number[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const fn = app.client.createFunction(
      { id: "batch", triggers: { event: "item" }, batchEvents: { maxSize: 10, timeout: "30s" }, concurrency: 1 },
      async ({ events }) => {
        sizes.push(events.length);
        if (sizes.length === 1) await gate;
      },
    );
    await start(app, [fn]);
    await app.client.send({ name: "item", data: {} });
    await until(() => sizes.length === 1);
    await app.client.send(Array.from({ length: 25 }, (_, n) => ({ name: "item", data: { n } })));
    release();
    await until(() => sizes.length === 4);
    expect(sizes).toEqual([1, 10, 10, 5]);
  });

  test("the timeout is the most that an event waits while another batch of its key is under way", async () => {
    const app = createTestApp();
    const seen: unknown[][] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const fn = app.client.createFunction(
      { id: "keyed", triggers: { event: "item" }, batchEvents: { maxSize: 10, timeout: "5s", key: "event.data.k" } },
      async ({ events }) => {
        seen.push(events.map((event) => `${event.data.k as string}${event.data.n as number}`));
        if (seen.length === 1) await gate;
      },
    );
    const clock = await start(app, [fn]);
    const send = (k: string, n: number) => app.client.send({ name: "item", data: { k, n } });
    await send("a", 1);
    await until(() => seen.length === 1);
    await send("a", 2);
    await send("a", 3);
    await send("b", 1);
    await until(() => seen.length === 2);
    expect(seen).toEqual([["a1"], ["b1"]]);
    clock.advance(5000);
    await until(() => seen.length === 3);
    expect(seen[2]).toEqual(["a2", "a3"]);
    release();
    await ended("app-keyed", 3);
  });

  test("an event that the batch's condition leaves out runs alone", async () => {
    const app = createTestApp();
    const sizes: unknown[] = [];
    const fn = app.client.createFunction(
      { id: "some", triggers: { event: "item" }, batchEvents: { maxSize: 10, timeout: "5s", if: "event.data.batch == true" } },
      ({ events }) => void sizes.push(events.map((event) => event.data.n)),
    );
    running = app.engine(database, [fn], { clock: new TestClock() });
    await app.client.send([1, 2, 3].map((n) => ({ name: "item", data: { n, batch: n !== 2 } })));
    await running.start();
    await ended("app-some", 2);
    expect(sizes.sort()).toEqual([[1, 3], [2]]);
  });
});
