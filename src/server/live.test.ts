import { setTimeout as pause } from "node:timers/promises";
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

test("a refused LISTEN leaves no connection behind, and the channel connects again by itself", async () => {
  let connections = 0;
  const refuse = (bytes: Buffer) => Buffer.from(bytes.toString("latin1").replace("LISTEN ", "LISTEX "), "latin1");
  const faulty = await startDatabaseProxy(database.connectionString, () =>
    ++connections === 1 ? { toServer: refuse } : {},
  );
  live = createLiveChannel({ connectionString: faulty.url, log: log.child({}, { level: "silent" }) });
  try {
    const never = new AbortController().signal;
    await expect(live.subscribe(["prj_1"], never)[Symbol.asyncIterator]().next()).rejects.toThrow("syntax error");
    await expect.poll(() => connections, { timeout: 10_000 }).toBe(2);
    await expect
      .poll(
        () =>
          database.db.$queryRaw`SELECT query FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'trigger-system live'`,
      )
      .toEqual([{ query: "LISTEN trigger_system_live" }]);
  } finally {
    await live.close();
    await faulty.close();
  }
});

test("a message waits for the heartbeat and for the message before it, as the driver asks", async () => {
  const warnings: string[] = [];
  const note = (warning: Error) => warnings.push(warning.message);
  process.on("warning", note);
  live = createLiveChannel({
    connectionString: proxy.url,
    log: log.child({}, { level: "silent" }),
    flushMs: 1,
    heartbeat: { everyMs: 1, withinMs: 10_000 },
  });
  const ended = new AbortController();
  const messages = live.subscribe(["prj_1"], ended.signal)[Symbol.asyncIterator]();
  await messages.next();
  proxy.freeze();
  for (const topic of liveTopics) {
    live.touch("prj_1", topic);
    await pause(10);
  }
  proxy.thaw();
  const seen = new Set<string>();
  while (seen.size < liveTopics.length)
    for (const topic of ((await messages.next()).value as LiveMessage).topics) seen.add(topic);
  process.off("warning", note);
  expect(warnings).toEqual([]);
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
