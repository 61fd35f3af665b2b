import { beforeEach, describe, expect, test } from "vitest";
import { createTestContext } from "@/test/context";
import { deliverAll, deliverOnce, testDelivery, testLeaseToken } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger, pointAction } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { createLostWorkWatch } from "../lost-work-watch";
import { claimExecutions } from "./claim-executions";
import { deliverAction } from "./deliver-action";
import { reserveSlots, type SlotReservation } from "./reserve-slots";
import { markDeliveryRunsStarted } from "../wakes/wake-actions";

const { ctx, database, receiver } = useTestContext({ per: "test", start: new Date("2026-02-01T12:00:00Z") });
let projectId: string;
let actionId: string;

beforeEach(async () => {
  receiver.clear();
  projectId = (await makeProject(ctx)).id;
});

let sources = 0;
async function setUp(mode: string, change: object = {}): Promise<void> {
  actionId = (await makeAction(ctx, projectId, receiver.url(mode as "200"), change)).id;
  await makeTrigger(ctx, projectId, [actionId]);
}
/** Creates executions of the action; their first attempt is due. */
async function fire(count: number): Promise<void> {
  const events = Array.from({ length: count }, () =>
    makeEvent(ctx, { id: `obs-${String(++sources).padStart(6, "0")}` }),
  );
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
}
const deliver = () => deliverOnce(ctx, actionId);
const health = () => ctx.db.actionHealth.findUniqueOrThrow({ where: { actionId } });
const mend = () => pointAction(ctx, actionId, receiver.url("200"));
const executions = (where: object = {}) =>
  ctx.db.actionExecution.findMany({ where: { actionId, ...where }, orderBy: { id: "asc" } });
/** Claims executions for a process that then dies. */
async function claimAndDie(): Promise<number> {
  const key = { projectId, actionId };
  await markDeliveryRunsStarted(ctx, projectId, [actionId]);
  const reserved = await reserveSlots(ctx, testDelivery().statements, { key, count: 25, token: testLeaseToken() });
  const [result] = await claimExecutions(ctx, projectId, [reserved as SlotReservation]);
  return result!.claimed.length;
}
/** Two looks in a row that find a dead process. */
async function lookTwice(): Promise<void> {
  const watch = createLostWorkWatch(ctx);
  await watch.look();
  await watch.look();
}

describe("a breaker", () => {
  test("opens when an endpoint keeps failing, and executions wait until a probe succeeds", async () => {
    await setUp("500", { retry: { preset: "custom", delaysSeconds: [3600] } });
    await fire(10);
    await deliver();
    expect(await health()).toMatchObject({ failuresInRow: 10, openUntil: new Date("2026-02-01T12:00:30Z") });
    receiver.clear();

    await fire(5);
    ctx.sent.length = 0;
    await deliver();
    expect(receiver.requests).toHaveLength(0);
    expect(await executions({ attemptCount: 0, status: "PENDING" })).toHaveLength(5);
    expect(ctx.sent).toMatchObject([
      { name: "action/deliveries.due", ts: Date.parse("2026-02-01T12:00:30Z"), data: { actionId } },
    ]);

    await mend();
    ctx.clock.advance(30_000);
    // One execution is sent as the probe. After its success, the same run sends the other four.
    expect(await deliver()).toBe(5);
    // All five were due at the same moment, so any of them may be the probe.
    const sent = receiver.requests.map(({ headers }) => headers["webhook-id"]).sort();
    expect(sent).toEqual((await executions({ attemptCount: 1, status: "COMPLETED" })).map(({ id }) => id).sort());
    expect(await health()).toMatchObject({ openUntil: null, failuresInRow: 0 });
  });

  test("sends one request while it is half open, even with two concurrent runs", async () => {
    await setUp("500", { retry: { preset: "custom", delaysSeconds: [3600] } });
    await fire(15);
    await deliver();
    await fire(5);
    receiver.clear();
    ctx.clock.advance(30_000);
    await Promise.all([deliver(), deliver()]);
    expect(receiver.requests).toHaveLength(1);
    expect(await health()).toMatchObject({ openUntil: new Date("2026-02-01T12:01:30Z"), probeToken: null });
  });

  test("doubles its pause after each failed probe, up to a quarter of an hour", async () => {
    await setUp("500", { retry: { preset: "none" } });
    await fire(10);
    await deliver();
    const pauses: number[] = [];
    for (let n = 0; n < 7; n++) {
      const { openUntil } = await health();
      pauses.push((openUntil!.getTime() - ctx.now().getTime()) / 1_000);
      ctx.clock.advance(openUntil!.getTime() - ctx.now().getTime());
      await fire(1);
      await deliver();
    }
    expect(pauses).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });

  test("delays retries too, without spending an attempt", async () => {
    await setUp("500");
    await fire(10);
    await deliver();
    ctx.clock.advance(6_500);
    expect(await deliver()).toBe(0);
    expect(await executions({ status: "PENDING", attemptCount: 1 })).toHaveLength(10);
  });

  test("does not count our own faults", async () => {
    await setUp("200", { retry: { preset: "none" } });
    await pointAction(ctx, actionId, "https://10.0.0.1/");
    await fire(12);
    await deliver();
    expect(await health()).toMatchObject({ failuresInRow: 0, openUntil: null });
    expect(await executions({ status: "ERROR" })).toHaveLength(12);
  });

  test("does not stay open after the process of its probe has died", async () => {
    await setUp("500");
    await fire(10);
    await deliver();
    ctx.clock.advance(30_000);
    await fire(2);
    expect(await claimAndDie()).toBe(1);
    await lookTwice();
    expect(await health()).toMatchObject({ probeToken: null, slots: [] });
  });
});

describe("slots and rate", () => {
  test("are shared by all processes: never more requests than the action allows", async () => {
    const slow = Array.from({ length: 9 }, () => ({ status: 200, delayMs: 200 }));
    actionId = (await makeAction(ctx, projectId, receiver.script("/three", slow), { maxConcurrent: 3 })).id;
    await makeTrigger(ctx, projectId, [actionId]);
    const other = createTestContext(database.db, { allowedHosts: receiver.allowedHosts });
    const theirs = { ...other, now: ctx.now, cipher: ctx.cipher };
    try {
      await fire(9);
      let isRunning = true;
      const runs = Promise.all([deliver(), deliverOnce(theirs, actionId)]).finally(() => (isRunning = false));
      const seen: number[] = [];
      while (isRunning) seen.push((await executions({ status: "RUNNING" })).length);
      await runs;
      expect(Math.max(...seen)).toBe(3);
      await deliverAll(ctx);
      expect(await executions({ status: "COMPLETED", attemptCount: 1 })).toHaveLength(9);
    } finally {
      await other.close();
    }
  });

  test("are free again when requests end, and when their process dies", async () => {
    await setUp("200", { maxConcurrent: 2 });
    await fire(2);
    await deliver();
    expect(await health()).toMatchObject({ slots: [] });
    await fire(2);
    expect(await claimAndDie()).toBe(2);
    expect((await health()).slots).toHaveLength(1);
    await lookTwice();
    expect((await health()).slots).toEqual([]);
  });

  test("a claim returns unused slots and rate", async () => {
    await setUp("200", { maxPerSecond: 100 });
    await fire(1);
    await deliver();
    expect(await health()).toMatchObject({ slots: [], rateAt: ctx.now().getTime() + 10 });
  });

  test("a rate is kept, and all executions are delivered in turns", async () => {
    await setUp("200", { maxPerSecond: 10 });
    await fire(25);
    const start = ctx.now().getTime();
    await deliver();
    expect(receiver.requests).toHaveLength(25);
    // Two requests leave at once, and then one each tenth of a second.
    expect(ctx.now().getTime() - start).toBeGreaterThanOrEqual(2_300);
    expect(ctx.now().getTime() - start).toBeLessThanOrEqual(2_400);
  });

  test("a run that finds all slots taken asks for no wake, because the end of a request asks for it", async () => {
    await setUp("200", { maxConcurrent: 1 });
    await fire(1);
    await claimAndDie();
    await fire(1);
    ctx.sent.length = 0;
    const run = await deliverAction(ctx, testDelivery(), { projectId, actionId, at: null });
    expect(run).toEqual({ attempts: 0, onTheWire: 0 });
    expect(ctx.sent).toEqual([]);
    ctx.clock.advance(35_000);
    await createLostWorkWatch(ctx).look();
    const own = ctx.sent.filter((event) => event.data.projectId === projectId);
    expect(own).toMatchObject([{ name: "action/deliveries.due", data: { actionId, at: null } }]);
  });

  test("secrets of two actions are never mixed: a run claims executions of its own action only", async () => {
    await setUp("200");
    const another = await makeAction(ctx, projectId, receiver.url("200"));
    await makeTrigger(ctx, projectId, [another.id]);
    await fire(3);
    expect(await deliver()).toBe(3);
    expect(await ctx.db.actionExecution.count({ where: { actionId: another.id, status: "PENDING" } })).toBe(3);
  });
});

describe("statistics", () => {
  test("by the hour are the sums of the attempts' rows, even after a repeated record", async () => {
    const kinds = ["200", "204", "404", "500", "reset-after", "never"] as const;
    for (const mode of kinds) {
      await setUp(mode, { retry: { preset: "none" }, timeouts: { connectMs: 200, headersMs: 200, totalMs: 300 } });
      await fire(2);
      await deliver();
    }
    ctx.clock.advance(3_600_000);
    await fire(1);
    await deliver();
    const hours = await ctx.db.actionHour.findMany({ where: { projectId } });
    const sum = (key: "attempts" | "succeeded" | "status4xx" | "status5xx" | "timeout" | "reset" | "other") =>
      hours.reduce((total, row) => total + row[key], 0);
    const count = (where: object) => ctx.db.actionAttempt.count({ where: { projectId, ...where } });
    expect(sum("attempts")).toBe(await count({ status: { in: ["SUCCEEDED", "FAILED"] } }));
    expect(sum("succeeded")).toBe(await count({ status: "SUCCEEDED" }));
    expect(sum("status4xx")).toBe(await count({ errorCode: "4xx" }));
    expect(sum("status5xx")).toBe(await count({ errorCode: "5xx" }));
    expect(sum("timeout")).toBe(await count({ errorCode: "timeout" }));
    expect(sum("reset")).toBe(await count({ errorCode: "reset" }));
    expect(sum("timeout")).toBeGreaterThan(0);
    expect(sum("reset")).toBeGreaterThan(0);
    expect(hours.flatMap((row) => row.latency).reduce((total, each) => total + each, 0)).toBe(sum("attempts"));
  });

  test("show success rate, latency, breaker and waiting executions of an endpoint", async () => {
    const api = callerOf(ctx, await makeUser(ctx, { [projectId]: "viewer" }));
    const ask = () => api.action.statistics({ projectId, actionId });
    await setUp("200");
    expect(await ask()).toMatchObject({
      attempts: 0,
      successRate: null,
      p50Ms: null,
      breaker: { state: "closed" },
      queueDepth: 0,
    });
    await fire(3);
    await deliver();
    await pointAction(ctx, actionId, receiver.url("503"));
    await fire(9);
    await deliver();
    await fire(4);
    await deliver();
    const found = await ask();
    expect(found).toMatchObject({
      attempts: 12,
      succeeded: 3,
      successRate: 0.25,
      errors: { "5xx": 9, timeout: 0 },
      breaker: { state: "open", until: new Date("2026-02-01T12:00:30Z") },
      queueDepth: 13,
      onTheWire: 0,
    });
    expect(found.p95Ms).toBeGreaterThanOrEqual(found.p50Ms!);
    expect(found.hours).toHaveLength(24);
    expect(found.hours.at(-1)).toEqual({ hour: new Date("2026-02-01T12:00:00Z"), succeeded: 3, failed: 9 });
    ctx.clock.advance(30_000);
    expect(await ask()).toMatchObject({ breaker: { state: "half open" } });
  });
});
