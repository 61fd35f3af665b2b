import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { gapsOf, startRefusals } from "@/test/refusals";
import { useTestContext } from "@/test/use-test-context";
import { startDatabaseProxy, type DatabaseProxy } from "./engine/testing-proxy";
import { log } from "./log";
import { takeProcessLivenessLock, LIVENESS_LOCK_NAMESPACE, type ProcessLivenessLock } from "./process-liveness-lock";

const { database } = useTestContext();
let proxy: DatabaseProxy;
let identity: ProcessLivenessLock;

beforeAll(async () => {
  proxy = await startDatabaseProxy(database.connectionString);
});
afterEach(() => identity.close());
afterAll(async () => {
  await proxy.close();
});

const silent = log.child({}, { level: "silent" });
const connections = () =>
  database.db.$queryRaw<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'trigger-system process'`;
const locks = async () => {
  const rows = await database.db.$queryRaw<{ number: string }[]>`
    SELECT objid::text AS number FROM pg_locks
    WHERE locktype = 'advisory' AND classid = ${LIVENESS_LOCK_NAMESPACE}::bigint::oid
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  return rows.map(({ number }) => number);
};

test("a process tries one connection at a time in a database outage, and holds its lock again after it", async () => {
  identity = await takeProcessLivenessLock({ connectionString: proxy.url, log: silent });
  const [number] = identity.leaseToken().split(":");
  expect(await locks()).toEqual([number]);
  expect(identity.mayJudgeOthers()).toBe(true);

  await proxy.down();
  await expect.poll(locks).toEqual([]);
  const refusals = await startRefusals(Number(new URL(proxy.url).port));
  await expect.poll(() => refusals.at.length).toBeGreaterThanOrEqual(5);
  await refusals.close();
  await proxy.up();
  expect(Math.min(...gapsOf(refusals.at))).toBeGreaterThan(250);
  await expect.poll(locks, { timeout: 10_000 }).toEqual([number]);
  expect(await connections()).toHaveLength(1);
  // The other processes may still be without their locks.
  expect(identity.mayJudgeOthers()).toBe(false);
});

test.each(["replaced", "cut"] as const)(
  "a process holds its lock again after its server or its network vanished without a word (%s)",
  async (how) => {
    const heartbeat = { everyMs: 50, withinMs: 200 };
    identity = await takeProcessLivenessLock({ connectionString: proxy.url, log: silent, heartbeat });
    const [number] = identity.leaseToken().split(":");
    const [before] = await connections();
    proxy.vanish(how);
    await expect.poll(async () => (await connections()).filter(({ pid }) => pid !== before!.pid)).toHaveLength(1);
    await expect.poll(async () => new Set(await locks())).toEqual(new Set([number]));
    await database.db.$queryRaw`SELECT pg_terminate_backend(${before!.pid}::int)`;
    await expect.poll(locks).toEqual([number]);
  },
);

test("a process ends soon although its network passes no byte on, not even the goodbye", async () => {
  identity = await takeProcessLivenessLock({ connectionString: proxy.url, log: silent });
  proxy.freeze();
  const started = performance.now();
  await identity.close().finally(() => proxy.thaw());
  expect(performance.now() - started).toBeLessThan(6_000);
});
