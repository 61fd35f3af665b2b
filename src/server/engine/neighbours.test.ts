import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Engine } from "./engine";
import { makeEventIds } from "./event-endpoint";
import { createTestApp, createTestDatabase, waitUntil, type TestDatabase } from "./testing";

/* Tests of isolation: one owner's events do not delay another's. */

let database: TestDatabase;
let engine: Engine | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  await createTestApp().engine(database, []).migrate();
});
afterEach(async () => {
  await engine?.stop();
  await database.clear();
});
afterAll(() => database.close());

test("all keys take turns at a single place, whatever the backlog of one key", async () => {
  const app = createTestApp();
  const begun: string[] = [];
  const fn = app.client.createFunction(
    {
      id: "batching",
      triggers: { event: "item" },
      batchEvents: { maxSize: 2, timeout: "1s", key: "event.data.key" },
      concurrency: { limit: 1 },
    },
    ({ events }) => void begun.push(events[0].data.key as string),
  );
  engine = app.engine(database, [fn]);
  const keys = ["a", "b", "c"].flatMap((key) => Array.from({ length: key === "a" ? 20 : 4 }, () => key));
  await engine.ingest(keys.map((key) => ({ name: "item", data: { key } })));
  await engine.start();
  await waitUntil(() => begun.length === 14);
  expect([...begun.slice(0, 6)].sort()).toEqual(["a", "a", "b", "b", "c", "c"]);
});

test("a batch holds at most one megabyte, unless a single event is larger", async () => {
  const app = createTestApp();
  const sizes: number[][] = [];
  const fn = app.client.createFunction(
    { id: "batching", triggers: { event: "item" }, batchEvents: { maxSize: 100, timeout: "1s" } },
    ({ events }) => void sizes.push(events.map(({ data }) => (data.text as string).length)),
  );
  engine = app.engine(database, [fn]);
  await engine.start();
  const lengths = [400_000, 400_000, 400_000, 2_000_000, 10];
  await engine.ingest(lengths.map((length) => ({ name: "item", data: { text: "x".repeat(length) } })));
  await waitUntil(() => sizes.flat().length === lengths.length);
  // The batches are called side by side, so their functions may begin in any order.
  const bySize = sizes.toSorted((a, b) => b.length - a.length || b[0]! - a[0]!);
  expect(bySize).toEqual([[400_000, 400_000], [2_000_000], [400_000], [10]]);
});

test("a small request is committed while a large one is still being committed", async () => {
  engine = createTestApp().engine(database, []);
  await engine.start();
  const seed = `1,${Buffer.alloc(10).toString("base64")}`;
  const [id] = makeEventIds(1, seed, 0);
  // An uncommitted row with the same id keeps the large request waiting.
  const other = await database.pool.connect();
  await other.query("begin");
  await other.query(
    `
      insert into engine.event (id, name, data, ts, received_at, owner, routed)
        values ($1, 'a', '{}', 0, now(), '', true)`,
    [id],
  );
  let isLargeDone = false;
  const large = engine.ingest([{ name: "a", data: { text: "x".repeat(1_100_000) } }], { seed });
  void large.then(() => (isLargeDone = true));
  await waitUntil(
    async () => (await database.rows("select from pg_stat_activity where wait_event_type = 'Lock'")).length > 0,
  );
  await engine.ingest([{ name: "a", data: {} }]);
  expect(isLargeDone).toBe(false);
  await other.query("rollback");
  other.release();
  await large;
  expect(await database.rows("select from engine.event")).toHaveLength(2);
});
