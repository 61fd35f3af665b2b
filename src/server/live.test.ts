import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { gapsOf, startRefusals } from "@/test/refusals";
import { useTestContext } from "@/test/use-test-context";
import { startDatabaseProxy, type DatabaseProxy } from "./engine/testing-proxy";
import { createLiveChannel, liveTopics, type LiveChannel, type LiveMessage } from "./live";
import { log } from "./log";

const { database } = useTestContext();
let proxy: DatabaseProxy;
let live: LiveChannel;

beforeAll(async () => {
  proxy = await startDatabaseProxy(database.connectionString);
});
afterEach(() => live.close());
afterAll(async () => {
  await proxy.close();
});

test("changes while the database is away make no extra connections, and browsers hear of them later", async () => {
  const flushMs = 20;
  live = createLiveChannel({ connectionString: proxy.url, log: log.child({}, { level: "silent" }), flushMs });
  const ended = new AbortController();
  const messages = live.subscribe(["prj_1"], ended.signal)[Symbol.asyncIterator]();
  await messages.next();

  await proxy.down();
  const refusals = await startRefusals(Number(new URL(proxy.url).port));
  for (let changes = 1; changes <= 5; changes++) {
    live.touch("prj_1", "executions");
    await expect.poll(() => refusals.at.length, { interval: 5, timeout: 10_000 }).toBeGreaterThanOrEqual(changes);
  }
  const changed = refusals.at.length;
  await expect.poll(() => refusals.at.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(changed + 4);
  await refusals.close();
  await proxy.up();
  expect(Math.min(...gapsOf(refusals.at.slice(changed)))).toBeGreaterThan(500);

  expect(await messages.next()).toMatchObject({ value: { projectId: "prj_1", topics: [...liveTopics] } });
  ended.abort();
});

test("after its server was replaced without a word, browsers are told to load, and hear of changes again", async () => {
  const heartbeat = { everyMs: 50, withinMs: 200 };
  live = createLiveChannel({
    connectionString: proxy.url,
    log: log.child({}, { level: "silent" }),
    flushMs: 5,
    heartbeat,
  });
  const ended = new AbortController();
  const messages = live.subscribe(["prj_1"], ended.signal)[Symbol.asyncIterator]();
  await messages.next();
  proxy.vanish("replaced");
  expect(await messages.next()).toMatchObject({ value: { projectId: "prj_1", topics: [...liveTopics] } });
  live.touch("prj_1", "triggers");
  expect(await messages.next()).toMatchObject({ value: { projectId: "prj_1", topics: ["triggers"] } });
  ended.abort();
});

test("the first message of a project has the time of its latest change, so a later page need not load", async () => {
  live = createLiveChannel({
    connectionString: database.connectionString,
    log: log.child({}, { level: "silent" }),
    flushMs: 5,
  });
  const ended = new AbortController();
  const first = async (projectId: string) => {
    const messages = live.subscribe([projectId], ended.signal)[Symbol.asyncIterator]();
    const { value } = await messages.next();
    return { messages, changedAt: (value as LiveMessage).changedAt };
  };
  const before = Date.now();
  const open = await first("prj_1");
  // Changes from before this process listened are unknown.
  expect(open.changedAt).toBeGreaterThanOrEqual(before);
  live.touch("prj_1", "triggers");
  const { value: change } = (await open.messages.next()) as { value: LiveMessage };
  expect((await first("prj_1")).changedAt).toBe(change.changedAt);
  expect((await first("prj_2")).changedAt).toBe(open.changedAt);
  ended.abort();
});
