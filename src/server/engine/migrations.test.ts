import { afterAll, beforeAll, expect, test } from "vitest";
import { EngineDatabase } from "./engine-database";
import { migrateEngineSchema } from "./migrations";
import { createTestApp, createTestDatabase, TestClock, waitUntil, type TestDatabase } from "./testing";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** Rows of every kind that the third version of the schema could hold. */
const ROWS = `
  insert into engine.event (id, name, data, ts, received_at, routed) values ('e', 'go', '{}', 0, now(), true);
  insert into engine.run (id, function_id, status, event_ids, lane, pending, parent_run, parent_step, created_at,
    ended_at) values
    ('asleep', 'app-naps', 'running', '{e}', '', '{nap}', null, null, now(), null),
    ('queued', 'app-fn', 'running', '{e}', '', '{}', null, null, now(), null),
    ('throttled', 'app-fn', 'running', '{e}', '', '{}', null, null, now(), null),
    ('watched', 'app-fn', 'running', '{e}', '', '{}', null, null, now(), null),
    ('waits', 'app-fn', 'running', '{e}', '', '{answer}', null, null, now(), null),
    ('invokes', 'app-fn', 'running', '{e}', '', '{child}', null, null, now(), null),
    ('child', 'app-fn', 'running', '{e}', '', '{}', 'invokes', 'child', now(), null),
    ('ended', 'app-fn', 'completed', '{e}', '', '{}', 'gone', 'child', now(), now());
  insert into engine.item (run_id, function_id, lane, kind, step_id, state, due_at, throttle_key, rank) values
    ('asleep', 'app-naps', '', 'sleep', 'nap', 'timer', '2030-01-01T01:00:00Z', null, 0),
    ('queued', 'app-fn', '', 'call', 'step', 'ready', null, null, 7),
    ('throttled', 'app-fn', '', 'call', 'step', 'timer', null, 'k', 0),
    ('watched', 'app-fn', '', 'call', 'step', 'ready', null, null, 0),
    ('watched', 'app-fn', '', 'timeout', 'finish', 'timer', '2030-01-01T00:00:00Z', null, 0),
    ('waits', 'app-fn', '', 'wait', 'answer', 'timer', '2030-01-01T00:00:00Z', null, 0),
    ('child', 'app-fn', '', 'call', 'step', 'ready', null, null, 0);
  insert into engine.pause (run_id, kind, step_id, event_name, created_at) values
    ('asleep', 'cancel', null, 'stop', now()), ('waits', 'wait', 'answer', 'answer', now());
  insert into engine.flow (function_id, kind, key, at, due_at, event_id) values
    ('app-fn', 'throttle', 'k', 1, now(), null), ('app-fn', 'debounce', '', 1, now(), 'e');`;

test("on a database of the version before, runs that can continue do, and the others end with a reason", async () => {
  await migrateEngineSchema(new EngineDatabase(database.pool, "engine"), 3);
  await database.rows(ROWS);
  const app = createTestApp();
  const clock = new TestClock();
  const engine = app.engine(
    database,
    [
      app.client.createFunction({ id: "fn", triggers: { event: "go" } }, () => "done"),
      app.client.createFunction({ id: "naps", triggers: { event: "go" } }, () => "woken"),
    ],
    { clock },
  );
  await engine.migrate();
  await engine.start();
  const runs = () =>
    database.rows<{ id: string; status: string; name: string | null }>(
      "select id, status, error::json->>'name' as name from engine.run order by id",
    );
  await waitUntil(async () => (await runs()).filter(({ status }) => status === "running").length === 1);
  const [done, unsupported] = [
    { status: "completed", name: null },
    { status: "cancelled", name: "UnsupportedStepError" },
  ];
  expect(await runs()).toEqual([
    { id: "asleep", status: "running", name: null },
    { id: "child", ...done },
    { id: "ended", ...done },
    { id: "invokes", ...unsupported },
    { id: "queued", ...done },
    { id: "throttled", ...done },
    { id: "waits", ...unsupported },
    { id: "watched", ...done },
  ]);
  clock.advance(3_600_000);
  await waitUntil(async () => (await database.rows("select from engine.item")).length === 0);
  expect((await runs())[0]).toEqual({ id: "asleep", ...done });
  await engine.stop();
});
