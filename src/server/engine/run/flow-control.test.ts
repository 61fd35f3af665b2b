import { describe, expect, test } from "vitest";
import { until } from "../testing";
import { FlowBench, type Seen } from "./testing-flow";

/* What limits when runs start, on a clock that stands still: exact times, calls and events. */

const bench = new FlowBench();
/** What starts at once runs at once: no order is promised. */
const of = (seen: Seen[]) => seen.map(({ n }) => n).sort();

describe("rateLimit", () => {
  test("what comes over the limit of its key is dropped, and the sender hears nothing of it", async () => {
    const seen: Seen[] = [];
    await bench.start(bench.noting({ rateLimit: { limit: 2, period: "1m", key: "event.data.k" } }, seen));
    expect((await bench.send({ k: "a", n: 1 }, { k: "a", n: 2 }, { k: "b", n: 3 })).ids).toHaveLength(3);
    await bench.quiet();
    expect(of(seen)).toEqual([1, 3]);
    bench.clock.advance(29_999);
    await bench.send({ k: "a", n: 4 });
    bench.clock.advance(1);
    await bench.send({ k: "a", n: 5 });
    await bench.quiet();
    expect(of(seen)).toEqual([1, 3, 5]);
  });

  test("a tenth of the limit may come at once; a key that is false is not limited", async () => {
    const seen: Seen[] = [];
    await bench.start(bench.noting({ rateLimit: { limit: 20, period: "1m", key: "event.data.k" } }, seen));
    await bench.send(...[1, 2, 3, 4].map((n) => ({ k: "a", n })), ...[5, 6, 7, 8].map((n) => ({ k: false, n })));
    await bench.quiet();
    expect(of(seen)).toEqual([1, 2, 3, 5, 6, 7, 8]);
  });

  test("idempotency is one start a key in 24 h, and an event id sent again uses up nothing", async () => {
    const seen: Seen[] = [];
    await bench.start(bench.noting({ idempotency: "event.data.k" }, seen));
    await bench.send({ k: 1, n: 1 });
    await bench.send({ k: 1, n: 2 });
    await bench.send({ k: 2, n: 3 });
    bench.clock.advance(86_400_000);
    await bench.send({ k: 1, n: 4 });
    await bench.quiet();
    expect(of(seen)).toEqual([1, 3, 4]);
  });

  test("a dropped event leaves its id free", async () => {
    const seen: Seen[] = [];
    await bench.start(bench.noting({ rateLimit: { limit: 1, period: "1m" } }, seen));
    const one = (n: number) => ({ id: `id${n}`, name: "go", data: { n } });
    await bench.app.client.send([one(1), one(2)]);
    bench.clock.advance(60_000);
    await bench.app.client.send([one(1), one(2)]);
    await bench.quiet();
    expect(of(seen)).toEqual([1, 2]);
  });

  test("a step that invokes a function over its limit fails, and says why", async () => {
    await bench.start(({ client }) => {
      const limited = client.createFunction(
        { id: "limited", triggers: { event: "never" }, rateLimit: { limit: 1, period: "1m" } },
        () => "ran",
      );
      return [
        limited,
        client.createFunction({ id: "caller", triggers: { event: "go" }, retries: 0 }, async ({ step }) => {
          const first = await step.invoke("first", { function: limited, data: {} });
          return step.invoke("second", { function: limited, data: {} }).then(
            () => "ran",
            (error: Error) => `${String(first)}, ${error.message}`,
          );
        }),
      ];
    });
    await bench.send({});
    await bench.quiet();
    expect(await bench.statuses("app-limited")).toEqual(["completed"]);
    const [caller] = await bench.database.rows<{ output: string }>(
      "select output from engine.run where function_id = 'app-caller'",
    );
    expect(JSON.parse(caller?.output ?? "null")).toBe(
      'ran, step.invoke: rateLimit of "app-limited" did not let it start',
    );
    await bench.quiet();
    expect(await bench.database.rows("select from engine.item")).toHaveLength(0);
  });

  test("two processes on one database share a limit", async () => {
    const seen: Seen[] = [];
    const functions = bench.noting({ rateLimit: { limit: 1, period: "1m", key: "event.data.k" } }, seen);
    const one = await bench.start(functions);
    const two = await bench.start(functions);
    const events = Array.from({ length: 20 }, (_, n) => ({ name: "go", data: { k: n % 5, n } }));
    await Promise.all(events.map((event, n) => (n % 2 ? one : two).ingest([event])));
    await bench.quiet();
    expect((await bench.statuses()).length).toBe(5);
  });
});

describe("throttle", () => {
  test("starts are spread over the period, none is lost, and each key has its own line", async () => {
    const seen: Seen[] = [];
    await bench.start(bench.noting({ throttle: { limit: 2, period: "10s", key: "event.data.k" } }, seen));
    await bench.send({ k: "a", n: 1 }, { k: "a", n: 2 }, { k: "a", n: 3 }, { k: "b", n: 4 });
    await bench.quiet();
    expect(of(seen)).toEqual([1, 4]);
    await bench.goOn(() => seen.length === 4);
    expect(seen.slice(2)).toEqual([
      { n: 2, atMs: 5000 },
      { n: 3, atMs: 10_000 },
    ]);
  });

  test("a burst starts at once after a quiet time", async () => {
    const seen: Seen[] = [];
    await bench.start(bench.noting({ throttle: { limit: 1, period: "10s", burst: 3 } }, seen));
    await bench.send(...[1, 2, 3, 4].map((n) => ({ n })));
    await bench.quiet();
    expect(of(seen)).toEqual([1, 2, 3]);
    bench.clock.advance(9_999);
    await bench.quiet();
    expect(seen).toHaveLength(3);
    bench.clock.advance(1);
    await until(() => seen.length === 4);
  });

  test("what waited while nothing ran does not start all at once", async () => {
    const seen: Seen[] = [];
    const functions = bench.noting({ throttle: { limit: 1, period: "10s" } }, seen);
    const engine = await bench.start(functions);
    await bench.send(...[1, 2, 3].map((n) => ({ n })));
    await until(() => seen.length === 1);
    await engine.stop();
    bench.clock.advance(3_600_000);
    await bench.start(functions);
    await until(() => seen.length === 2);
    await bench.quiet();
    await bench.next();
    await until(() => seen.length === 3);
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 3_600_000, 3_610_000]);
  });

  test("two processes on one database share a throttle", async () => {
    const seen: Seen[] = [];
    const functions = bench.noting({ throttle: { limit: 1, period: "10s", burst: 2 } }, seen);
    const one = await bench.start(functions);
    const two = await bench.start(functions);
    await Promise.all(Array.from({ length: 5 }, (_, n) => (n % 2 ? one : two).ingest([{ name: "go", data: { n } }])));
    await bench.goOn(() => seen.length === 5);
    expect(seen.map(({ atMs }) => atMs)).toEqual([0, 0, 10_000, 20_000, 30_000]);
    expect(of(seen)).toEqual([0, 1, 2, 3, 4]);
  });

  test("a start in the future holds up no one before it, and a retry is no start", async () => {
    const seen: Seen[] = [];
    const failed = new Set<unknown>();
    await bench.start(
      ({ client }) => [
        client.createFunction(
          { id: "fn", triggers: { event: "go" }, throttle: { limit: 1, period: "1m" } },
          ({ event }) => {
            const n = event.data.n as unknown;
            if (!failed.has(n)) throw new Error(`${failed.add(n).size}`);
            seen.push(bench.seen(n));
          },
        ),
      ],
      { backoff: () => 1000, quiet: true },
    );
    await bench.app.client.send([
      { name: "go", data: { n: "later" }, ts: bench.clock.now() + 3_600_000 },
      { name: "go", data: { n: "now" } },
    ]);
    await bench.goOn(() => seen.length === 2);
    expect(seen).toEqual([
      { n: "now", atMs: 1000 },
      { n: "later", atMs: 3_601_000 },
    ]);
  });

  test("a run that is cancelled in the line takes nobody's turn", async () => {
    const seen: Seen[] = [];
    await bench.start(
      bench.noting(
        { throttle: { limit: 1, period: "10s" }, cancelOn: [{ event: "stop", if: "async.data.n == event.data.n" }] },
        seen,
      ),
    );
    await bench.send(...[1, 2, 3].map((n) => ({ n })));
    await bench.quiet();
    await bench.app.client.send({ name: "stop", data: { n: 2 } });
    await bench.next();
    await until(() => seen.length === 2);
    expect(seen).toEqual([
      { n: 1, atMs: 0 },
      { n: 3, atMs: 10_000 },
    ]);
  });
});

describe("debounce", () => {
  test("one run with the last event of a key, once its key has been quiet for the period", async () => {
    const seen: Seen[] = [];
    await bench.start(bench.noting({ debounce: { period: "10s", key: "event.data.k" } }, seen));
    await bench.send({ k: "a", n: 1 }, { k: "b", n: 2 });
    bench.clock.advance(6000);
    await bench.send({ k: "a", n: 3 });
    await bench.next();
    await until(() => seen.length === 1);
    await bench.quiet();
    await bench.next();
    await until(() => seen.length === 2);
    expect(seen).toEqual([
      { n: 2, atMs: 10_000 },
      { n: 3, atMs: 16_000 },
    ]);
    expect(await bench.database.rows("select from engine.flow")).toHaveLength(0);
  });

  test("timeout is the most that it waits, and an event that is older by its ts does not count", async () => {
    const seen: Seen[] = [];
    await bench.start(bench.noting({ debounce: { period: "10s", timeout: "15s" } }, seen));
    await bench.send({ n: 1 });
    bench.clock.advance(8000);
    await bench.app.client.send({ name: "go", data: { n: 2 }, ts: bench.clock.now() });
    await bench.app.client.send({ name: "go", data: { n: "old" }, ts: bench.clock.now() - 1 });
    bench.clock.advance(6999);
    await bench.quiet();
    expect(seen).toEqual([]);
    bench.clock.advance(1);
    await until(() => seen.length === 1);
    expect(seen).toEqual([{ n: 2, atMs: 15_000 }]);
  });

  test("outlives the process that took the events, and two processes make one run of them", async () => {
    const seen: Seen[] = [];
    const functions = bench.noting({ debounce: { period: "10s" } }, seen);
    const first = await bench.start(functions);
    await bench.send({ n: 1 });
    await first.stop();
    const one = await bench.start(functions);
    const two = await bench.start(functions);
    await Promise.all(
      [2, 3, 4, 5].map((n) => (n % 2 ? one : two).ingest([{ name: "go", data: { n }, ts: bench.clock.now() + n }])),
    );
    bench.clock.advance(10_000);
    await until(() => seen.length === 1);
    await bench.quiet();
    expect(of(seen)).toEqual([5]);
  });
});
