import pg from "pg";
import { describe, expect, test, vi } from "vitest";
import { createContext } from "../context";
import { Db } from "../db";
import { Pruner, RETENTION } from "../loops/prune";
import { until } from "../testing";
import { createGate, FlowBench, type App, type Functions, type Seen } from "./testing-flow";

/* What limits when runs start by what else is live, in which order, and how long they may take, on a clock that stands still: exact times, calls and events. */

const bench = new FlowBench();
const of = (seen: Seen[]) => seen.map(({ n }) => n);

describe("singleton", () => {
  const holding =
    (mode: "skip" | "cancel", seen: unknown[]) =>
    ({ client }: App): Functions => [
      client.createFunction(
        { id: "fn", triggers: { event: "go" }, singleton: { key: "event.data.k", mode } },
        async ({ event, step }) => {
          await step.sleep("hold", "1h");
          seen.push(event.data.n);
        },
      ),
      client.createFunction({ id: "listener", triggers: { event: "inngest/function.cancelled" } }, ({ event }) => {
        seen.push(`cancelled ${(event.data as unknown as { event: { data: { n: number } } }).event.data.n}`);
      }),
    ];

  test("skip: while a run of the key lives, no other starts; afterwards one does", async () => {
    const seen: unknown[] = [];
    await bench.start(holding("skip", seen));
    await bench.send({ k: "a", n: 1 }, { k: "a", n: 2 }, { k: "b", n: 3 });
    await bench.send({ k: "a", n: 4 });
    await bench.goOn(() => seen.length === 2);
    await bench.send({ k: "a", n: 5 });
    await bench.goOn(() => seen.length === 3);
    expect([...seen.slice(0, 2).sort(), seen[2]]).toEqual([1, 3, 5]);
  });

  test("cancel: the new run takes the place of the one before it, which ends as cancelled", async () => {
    const seen: unknown[] = [];
    await bench.start(holding("cancel", seen));
    await bench.send({ k: "a", n: 1 });
    await bench.quiet();
    await bench.send({ k: "a", n: 2 }, { k: "a", n: 3 }, { k: "b", n: 4 });
    await until(() => seen.length === 2);
    expect(seen.sort()).toEqual(["cancelled 1", "cancelled 2"]);
    await bench.goOn(() => seen.length === 4);
    expect(seen.slice(2).sort()).toEqual([3, 4]);
    expect(await bench.statuses()).toEqual(["cancelled", "cancelled", "completed", "completed"]);
  });

  test("of many events at once in two processes one starts", async () => {
    const functions = holding("skip", []);
    const one = await bench.start(functions);
    const two = await bench.start(functions);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? one : two).ingest([{ name: "go", data: { k: "a", n } }])),
    );
    expect(await bench.statuses()).toEqual(["running"]);
  });

  test("of many events for a few keys in two processes the last of each key is live, and the others ended as cancelled", async () => {
    const functions = holding("cancel", []);
    const one = await bench.start(functions);
    const two = await bench.start(functions);
    const keys = ["a", "b", "c", "d"];
    // Each request takes the keys in another order: transactions must not lock each other out for good.
    const requests = Array.from({ length: 30 }, (_, n) =>
      keys.map((_, at) => ({ name: "go", data: { k: keys[(n + at * (n % 2 ? 1 : 3)) % 4], n } })),
    );
    await Promise.all(requests.map((events, n) => (n % 2 ? one : two).ingest(events)));
    await bench.quiet();
    const statuses = await bench.statuses();
    expect([statuses.length, statuses.filter((status) => status === "running").length]).toEqual([120, 4]);
    const live = await bench.database.rows(
      `select (e.data::json)->>'k' as k from engine.run r join engine.event e on e.id = r.event_ids[1]
        where r.function_id = 'app-fn' and r.status = 'running' order by k`,
    );
    expect(live).toEqual(keys.map((k) => ({ k })));
  });
});

describe("timeouts", () => {
  const listener = (client: App["client"], seen: unknown[]) =>
    client.createFunction(
      { id: "listener", triggers: { event: "inngest/function.cancelled", if: "event.data.function_id == 'app-fn'" } },
      ({ event }) => {
        seen.push(`cancelled ${(event.data as unknown as { event: { data: { n: number } } }).event.data.n}`);
      },
    );

  test("start: a run that waits too long for its first call is cancelled, one that has begun is not", async () => {
    const seen: unknown[] = [];
    const gate = createGate();
    await bench.start(({ client }) => [
      client.createFunction(
        { id: "fn", triggers: { event: "go" }, concurrency: 1, timeouts: { start: "10s" } },
        async ({ event }) => {
          seen.push(event.data.n);
          await gate.opened;
        },
      ),
      listener(client, seen),
    ]);
    await bench.send({ n: 1 });
    await until(() => seen.length === 1);
    await bench.send({ n: 2 });
    bench.clock.advance(10_000);
    await until(() => seen.length === 2);
    expect(seen).toEqual([1, "cancelled 2"]);
    gate.open();
    await bench.quiet();
    expect(await bench.statuses()).toEqual(["completed", "cancelled"]);
  });

  test("finish: a run that takes too long is cancelled while it waits", async () => {
    const seen: unknown[] = [];
    await bench.start(({ client }) => [
      client.createFunction({ id: "fn", triggers: { event: "go" }, timeouts: { finish: "10s" } }, async ({ step }) =>
        step.sleep("long", "1h"),
      ),
      listener(client, seen),
    ]);
    await bench.send({ n: 1 });
    await bench.quiet();
    bench.clock.advance(9_999);
    await bench.quiet();
    expect(seen).toEqual([]);
    bench.clock.advance(1);
    await until(() => seen.length === 1);
    await bench.quiet();
    expect(await bench.database.rows("select from engine.item")).toHaveLength(0);
  });

  test("finish: a call under way may still end the run well, but no further call begins", async () => {
    const seen: unknown[] = [];
    const gates = new Map([
      [1, createGate()],
      [2, createGate()],
    ]);
    await bench.start(({ client }) => [
      client.createFunction(
        { id: "fn", triggers: { event: "go" }, timeouts: { finish: "10s" } },
        async ({ event, step }) => {
          const n = event.data.n as number;
          await step.run("first", () => undefined);
          if (n === 1) await step.run("second", () => (seen.push(n), gates.get(n)?.opened));
          else await (seen.push(n), gates.get(n)?.opened);
          if (n === 1) seen.push("went on");
        },
      ),
      listener(client, seen),
    ]);
    await bench.send({ n: 1 }, { n: 2 });
    await until(() => seen.length === 2);
    bench.clock.advance(10_000);
    for (const gate of gates.values()) gate.open();
    await until(() => seen.length === 3);
    expect(seen.at(-1)).toBe("cancelled 1");
    expect(await bench.statuses()).toEqual(["cancelled", "completed"]);
  });
});

test("priority: a run goes before those that came up to so many seconds earlier", async () => {
  const seen: Seen[] = [];
  const gate = createGate();
  let held = false;
  await bench.start(({ client }) => [
    client.createFunction(
      { id: "fn", triggers: { event: "go" }, concurrency: 1, priority: { run: "event.data.p" } },
      async ({ event }) => {
        if (!held) await ((held = true), gate.opened);
        seen.push({ n: event.data.n, atMs: 0 });
      },
    ),
  ]);
  await bench.send({ n: 0, p: 0 });
  await until(() => held);
  await bench.send({ n: 1, p: 0 }, { n: 2, p: -600 }, { n: 3 });
  bench.clock.advance(60_000);
  await bench.send({ n: 4, p: 61 }, { n: 5, p: 59 }, { n: 6, p: 9999 });
  gate.open();
  await until(() => seen.length === 7);
  expect(of(seen)).toEqual([0, 6, 4, 1, 3, 5, 2]);
});

test("cron jitter puts a start off by less than the jitter, by the same for the same tick", async () => {
  const seen: Seen[] = [];
  const functions = bench.noting({}, seen, { cron: "0 * * * *", jitter: "5m" });
  await bench.start(functions);
  await bench.next();
  await bench.quiet();
  const [item] = await bench.database.rows<{ due_at: Date }>("select due_at from engine.item where kind = 'call'");
  const lateMs = (item?.due_at.getTime() ?? 0) - bench.clock.now();
  expect(lateMs).toBeGreaterThan(0);
  expect(lateMs).toBeLessThan(300_000);
  await bench.next();
  await until(() => seen.length === 1);
  expect(seen[0]?.atMs).toBe(3_600_000 + lateMs);
  const [event] = await bench.database.rows<{ data: string }>(
    "select data from engine.event where name = 'inngest/scheduled.timer'",
  );
  expect(JSON.parse(event?.data ?? "{}")).toMatchObject({
    scheduledAt: "2030-01-01T01:00:00.000Z",
    fireAt: new Date(Date.UTC(2030, 0, 1, 1) + lateMs).toISOString(),
  });
});

test("functions without any of it pay nothing for it: no statement of their events asks for limits", async () => {
  const seen: Seen[] = [];
  await bench.start(bench.noting({ concurrency: 5 }, seen));
  const query = vi.spyOn(pg.Client.prototype, "query");
  await bench.send({ n: 1 }, { n: 2 });
  await until(() => seen.length === 2);
  await bench.quiet();
  const texts = query.mock.calls.map(([text]) => String(text));
  query.mockRestore();
  expect(texts.some((text) => text.includes("insert into engine.run"))).toBe(true);
  // The timers ask when the next limit is due in the statement by which they ask for everything else.
  expect(
    texts.filter((text) => text.includes("engine.flow") && !text.includes("flow_at") && !text.includes("union all")),
  ).toEqual([]);
});

test("states of limits that say nothing any more are pruned, with their events; those in use stay", async () => {
  const seen: Seen[] = [];
  await bench.start((app) => [
    ...bench.noting({ rateLimit: { limit: 1, period: "1m" } }, seen)(app),
    app.client.createFunction({ id: "single", triggers: { event: "go" }, singleton: { mode: "skip" } }, ({ step }) =>
      step.sleep("long", "30d"),
    ),
    app.client.createFunction({ id: "quiet", triggers: { event: "go" }, debounce: { period: "7d" } }, () => undefined),
  ]);
  await bench.send({ n: 1 });
  await bench.quiet();
  bench.clock.advance(3 * 86_400_000);
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const ctx = createContext({
    db: new Db(bench.database.pool, "engine"),
    clock: bench.clock,
    log: silent,
    backoff: () => 0,
    ownerOf: () => "",
  });
  await new Pruner(ctx, RETENTION).prune();
  expect(await bench.database.rows("select kind from engine.flow order by kind")).toEqual([
    { kind: "debounce" },
    { kind: "singleton" },
  ]);
  bench.clock.advance(4 * 86_400_000);
  await until(
    async () => (await bench.database.rows("select from engine.run where function_id = 'app-quiet'")).length === 1,
  );
});
