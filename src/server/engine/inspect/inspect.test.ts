import { NonRetriableError } from "inngest";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../engine";
import { createTestApp, createTestDatabase, TestClock, waitUntil, type TestDatabase } from "../testing";

let database: TestDatabase;
let engine: Engine;
let clock: TestClock;
let fails = true;
let calls = 0;
/** texts that the failing function read from its events, one for each call */
let texts: unknown[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await engine.stop();
  await database.clear();
  fails = true;
  calls = 0;
  texts = [];
});
afterAll(() => database.close());

/** An engine whose events name their owner, with three functions: one fails, one sleeps, one batches. */
async function start() {
  const app = createTestApp();
  clock = new TestClock();
  const functions = [
    app.client.createFunction(
      { id: "fragile", name: "Fragile", triggers: { event: "fragile" }, retries: 0 },
      async ({ event, step }) => {
        await step.run("prepare", () => "a result that nobody is shown");
        calls += 1;
        texts.push((event.data as { text?: string }).text);
        if (fails) throw new NonRetriableError("the disk is on fire");
      },
    ),
    app.client.createFunction({ id: "sleepy", triggers: { event: "sleepy" } }, async ({ step }) => {
      await step.sleep("nap", "1h");
      calls += 1;
    }),
    app.client.createFunction(
      { id: "batch", triggers: { event: "batch" }, batchEvents: { maxSize: 10, timeout: "1s" } },
      () => void (calls += 1),
    ),
    app.client.createFunction(
      { id: "consumer", triggers: { event: "consumed" }, batchEvents: { maxSize: 10, timeout: "1s" } },
      () => void (calls += 1),
    ),
  ];
  engine = app.engine(database, functions, {
    clock,
    ownerOf: (data) => String(data.project ?? ""),
    usesEventsUp: (id) => id === "app-consumer",
  });
  await engine.migrate();
  await engine.start();
  return app.client;
}

const idsOf = async (name: string): Promise<string[]> =>
  (await database.rows<{ id: string }>("select id from engine.event where name = $1", [name])).map(({ id }) => id);
const states = async (owners: string[], input: object = {}) =>
  (await engine.inspect.runs({ owners, limit: 50, ...input })).items.map((run) => [run.functionId, run.state]);
const settled = (owners: string[], expected: string[][]) =>
  waitUntil(async () => JSON.stringify(await states(owners)) === JSON.stringify(expected));

test("a later run receives rewritten events; other owners' events stay as they are", async () => {
  const client = await start();
  const { ids } = await client.send([
    { name: "fragile", data: { project: "a", text: "private" } },
    { name: "batch", data: { project: "b", text: "foreign" } },
  ]);
  await settled(["a"], [["app-fragile", "failed"]]);
  expect(await engine.inspect.rewriteEvents(ids, ["a"], ({ project }) => ({ project, text: "gone" }))).toBe(1);
  const stored = await database.rows<{ data: string }>("select data from engine.event order by data");
  expect(stored.map(({ data }) => JSON.parse(data) as object)).toEqual([
    { project: "a", text: "gone" },
    { project: "b", text: "foreign" },
  ]);

  fails = false;
  const [failed] = (await engine.inspect.runs({ owners: ["a"], limit: 1 })).items;
  await engine.inspect.rerun(failed!.id, ["a"]);
  await settled(
    ["a"],
    [
      ["app-fragile", "completed"],
      ["app-fragile", "failed"],
    ],
  );
  expect(texts).toEqual(["private", "gone"]);
});

describe("runs", () => {
  test("are listed newest first for their owner alone, with state, times and error, in pages", async () => {
    const client = await start();
    await client.send({ name: "fragile", data: { project: "a" } });
    await settled(["a"], [["app-fragile", "failed"]]);
    clock.advance(1_000);
    await client.send({ name: "sleepy", data: { project: "a" } });
    await settled(
      ["a"],
      [
        ["app-sleepy", "sleeping"],
        ["app-fragile", "failed"],
      ],
    );
    await client.send([
      { name: "batch", data: { project: "b" } },
      { name: "sleepy", data: {} },
    ]);
    await settled(["b"], [["app-batch", "completed"]]);
    await settled([""], [["app-sleepy", "sleeping"]]);

    const { items, nextCursor } = await engine.inspect.runs({ owners: ["a"], limit: 1 });
    expect(items).toMatchObject([
      {
        functionId: "app-sleepy",
        functionName: "sleepy",
        state: "sleeping",
        wakesAt: new Date(clock.now() + 3_600_000),
        endedAt: null,
        error: null,
      },
    ]);
    const second = await engine.inspect.runs({ owners: ["a"], limit: 1, cursor: nextCursor });
    expect(second).toMatchObject({
      items: [
        {
          functionName: "Fragile",
          state: "failed",
          stepCount: 1,
          error: { message: "the disk is on fire", stack: expect.stringContaining("Error") },
        },
      ],
      nextCursor: null,
    });
    expect(await states(["a"], { state: "failed" })).toEqual([["app-fragile", "failed"]]);
    expect(await states(["a"], { state: "queued" })).toEqual([]);
    expect(await states(["a"], { functionId: "app-sleepy" })).toEqual([["app-sleepy", "sleeping"]]);
  });

  test("show their steps with times and sizes, never what they hold, and only to their owner", async () => {
    const client = await start();
    await client.send({ name: "fragile", data: { project: "a", secret: "hunter2" } });
    await settled(["a"], [["app-fragile", "failed"]]);
    const [run] = (await engine.inspect.runs({ owners: ["a"], limit: 1 })).items;
    const detail = await engine.inspect.run(run!.id, ["a"]);
    expect(detail).toMatchObject({
      steps: [{ name: "prepare", op: "StepRun", startedAt: expect.any(Date), endedAt: expect.any(Date), error: null }],
      waits: [],
    });
    expect(JSON.stringify(detail)).not.toMatch(/hunter2|a result that nobody is shown/);
    expect(await engine.inspect.run(run!.id, ["b", ""])).toBeNull();
  });

  test("a failed run can be run again, as a new run with the same events", async () => {
    const client = await start();
    await client.send({ name: "fragile", data: { project: "a" } });
    await settled(["a"], [["app-fragile", "failed"]]);
    const [run] = (await engine.inspect.runs({ owners: ["a"], limit: 1 })).items;
    fails = false;
    clock.advance(1);
    expect(await engine.inspect.rerun(run!.id, ["b"])).toEqual({ refused: "not found" });
    expect(await engine.inspect.rerun(run!.id, ["a"])).toEqual({ id: expect.any(String) });
    await settled(
      ["a"],
      [
        ["app-fragile", "completed"],
        ["app-fragile", "failed"],
      ],
    );
    await database.rows("delete from engine.event");
    expect(await engine.inspect.rerun(run!.id, ["a"])).toEqual({ refused: "events gone" });
  });

  test("a completed run that uses its event up removes the event's body, and a repeat adds nothing", async () => {
    const client = await start();
    const events = [{ name: "consumed", data: { project: "b", text: "used up" } }];
    const seed = `1700000000000,${Buffer.alloc(10, 3).toString("base64")}`;
    await client.send({ name: "sleepy", data: { text: "still needed" } });
    await engine.ingest(events, { seed });
    await settled(["b"], [["app-consumer", "completed"]]);
    const bodies = () => database.rows<{ data: string }>("select data from engine.event order by name");
    expect((await bodies()).map(({ data }) => data)).toEqual(["", '{"text":"still needed"}']);
    expect(await engine.inspect.rewriteEvents(await idsOf("consumed"), ["b"], (data) => data)).toBe(0);
    await engine.ingest(events, { seed });
    expect(await bodies()).toHaveLength(2);
    expect(await states(["b"])).toHaveLength(1);
  });

  test("a waiting run can be cancelled and never continues", async () => {
    const client = await start();
    await client.send({ name: "sleepy", data: { project: "a" } });
    await settled(["a"], [["app-sleepy", "sleeping"]]);
    const [run] = (await engine.inspect.runs({ owners: ["a"], limit: 1 })).items;
    expect(await engine.inspect.cancel(run!.id, [""])).toEqual({ refused: "not found" });
    expect(await engine.inspect.cancel(run!.id, ["a"])).toBeNull();
    expect(await engine.inspect.cancel(run!.id, ["a"])).toEqual({ refused: "already ended" });
    expect(await engine.inspect.rerun(run!.id, ["b"])).toEqual({ refused: "not found" });
    clock.advance(2 * 3_600_000);
    expect(await database.rows("select from engine.item")).toEqual([]);
    expect(await states(["a"])).toEqual([["app-sleepy", "cancelled"]]);
    expect(calls).toBe(0);
  });

  test("a run of a failure handler belongs to the owner of the failed run", async () => {
    const app = createTestApp();
    const broken = app.client.createFunction(
      { id: "broken", triggers: { event: "broken" }, retries: 0, onFailure: () => undefined },
      () => {
        throw new Error("no");
      },
    );
    engine = app.engine(database, [broken], { ownerOf: (data) => String(data.project ?? "") });
    await engine.migrate();
    await engine.start();
    await app.client.send({ name: "broken", data: { project: "a" } });
    await settled(
      ["a"],
      [
        ["app-broken-failure", "completed"],
        ["app-broken", "failed"],
      ],
    );
    expect(await states([""])).toEqual([]);
  });
});
