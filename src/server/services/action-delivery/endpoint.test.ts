import { beforeEach, describe, expect, test } from "vitest";
import { createTestContext } from "@/test/context";
import { makeAction, makeEvent, makeProject, makeTrigger, pointAction } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createActions } from "../action-creation";
import { deliverBatch, deliverOne } from "../action-delivery";
import type { DueEvent } from "../dispatch";
import { sweep } from "../sweep";
import { createTriggerCache } from "../trigger-cache";
import { claim } from "./claim";
import { dispatchForgotten, dispatchParked } from "./parked";
import type { Claim } from "./types";

const { ctx, database, receiver } = useTestContext({ per: "test", start: new Date("2026-02-01T12:00:00Z") });
let projectId: string;
let actionId: string;
let leases = 0;
const leaseToken = () => `1:endpoint-${++leases}`;

beforeEach(async () => {
  receiver.clear();
  projectId = (await makeProject(ctx)).id;
});

let sources = 0;
async function setUp(mode: string, change: object = {}): Promise<void> {
  actionId = (await makeAction(ctx, projectId, receiver.url(mode as "200"), change)).id;
  await makeTrigger(ctx, projectId, [actionId]);
}
/** Executions of the action whose first attempt is due. */
async function fire(count: number): Promise<Claim[]> {
  const events = Array.from({ length: count }, () =>
    makeEvent(ctx, { id: `obs-${String(++sources).padStart(6, "0")}` }),
  );
  const { dispatch } = await createActions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events,
  });
  return dispatch
    .filter((item) => item.actionId === actionId)
    .map(({ executionId, generation }) => ({ executionId, generation }));
}
const deliver = (claims: Claim[]) => deliverBatch(ctx, leaseToken, claims);
const execution = (id: string) => ctx.db.actionExecution.findUniqueOrThrow({ where: { id } });
const health = () => ctx.db.actionHealth.findUniqueOrThrow({ where: { actionId } });
const mend = () => pointAction(ctx, actionId, receiver.url("200"));
/** What the parked function hands over now. */
async function callParked(): Promise<Claim[]> {
  ctx.sent.length = 0;
  await dispatchParked(ctx, { projectId, actionId });
  return ctx.sent
    .filter((event) => event.name === "action/execution.due")
    .flatMap((event) => (event.data as DueEvent).claims);
}

describe("a breaker", () => {
  test("opens when an endpoint keeps failing; what comes then waits and spends no attempt, until one probe succeeds", async () => {
    await setUp("500");
    await deliver(await fire(10));
    expect(await health()).toMatchObject({ failuresInRow: 10, openUntil: new Date("2026-02-01T12:00:30Z") });
    receiver.clear();

    ctx.sent.length = 0;
    const waiting = await fire(5);
    expect(await deliver(waiting)).toEqual([]);
    expect(receiver.requests).toHaveLength(0);
    for (const { executionId } of waiting) {
      expect(await execution(executionId)).toMatchObject({
        status: "PENDING",
        parked: true,
        attemptCount: 0,
        statusReason: expect.stringContaining("Paused until 12:00:30 UTC"),
      });
    }
    expect(ctx.sent).toMatchObject([
      { name: "action/parked.due", ts: Date.parse("2026-02-01T12:00:30Z"), data: { actionId } },
    ]);

    await mend();
    expect(await callParked()).toEqual([]);
    ctx.clock.advance(30_200);
    const called = await callParked();
    expect(called).toHaveLength(5);
    await deliver(called);
    expect(receiver.requests).toHaveLength(1);
    expect(await health()).toMatchObject({ openUntil: null, failuresInRow: 0 });
    ctx.clock.advance(3_000);
    await deliver(await callParked());
    expect(receiver.requests).toHaveLength(5);
    for (const { executionId } of waiting)
      expect(await execution(executionId)).toMatchObject({ status: "COMPLETED", attemptCount: 1, parked: false });
  });

  test("pauses for twice as long each time its probe fails, up to a quarter of an hour", async () => {
    await setUp("500", { retry: { preset: "none" } });
    await deliver(await fire(10));
    const pauses: number[] = [];
    for (let n = 0; n < 7; n++) {
      const { openUntil } = await health();
      pauses.push((openUntil!.getTime() - ctx.now().getTime()) / 1_000);
      ctx.clock.advance(openUntil!.getTime() - ctx.now().getTime());
      await deliver(await fire(1));
    }
    expect(pauses).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });

  test("holds up a run of its own without spending an attempt", async () => {
    await setUp("500");
    const first = await fire(10);
    const again = await deliver(first);
    ctx.clock.advance(6_500);
    const [one] = again;
    expect(await deliverOne(ctx, leaseToken, one!)).toMatchObject({ result: "again", at: "2026-02-01T12:00:30.000Z" });
    expect(await execution(one!.executionId)).toMatchObject({ attemptCount: 1, status: "PENDING", parked: false });
  });

  test("is not moved by faults of ours", async () => {
    await setUp("200", { retry: { preset: "none" } });
    await pointAction(ctx, actionId, "https://10.0.0.1/");
    await deliver(await fire(12));
    expect(await health()).toMatchObject({ failuresInRow: 0, openUntil: null });
    expect(await ctx.db.actionExecution.count({ where: { projectId, status: "ERROR" } })).toBe(12);
  });

  test("does not stay open for a probe whose process has died", async () => {
    await setUp("500");
    await deliver(await fire(10));
    ctx.clock.advance(30_000);
    const claims = await fire(2);
    expect((await claim(ctx, claims, leaseToken, { wanted: 25, waits: "parked" })).claimed).toHaveLength(1);
    ctx.clock.advance(2_500);
    await sweep(ctx);
    expect(await health()).toMatchObject({ probeToken: null, slots: [] });
  });
});

describe("slots and rate", () => {
  test("are shared by all processes: no more requests than the action allows, and a turn for the others", async () => {
    await setUp("200", { maxConcurrent: 3 });
    const other = createTestContext(database.db);
    const theirs = { ...other, now: ctx.now, cipher: ctx.cipher };
    try {
      const claims = await fire(20);
      const one = await claim(ctx, claims.slice(0, 10), leaseToken, { wanted: 25, waits: "busy" });
      expect(one).toMatchObject({ width: 3, busy: [] });
      expect(one.claimed).toHaveLength(10);
      const two = await claim(theirs, claims.slice(10), leaseToken, { wanted: 25, waits: "busy" });
      expect(two).toMatchObject({ claimed: [], busy: { length: 10 }, parked: null });
      const parked = await claim(theirs, claims.slice(10), leaseToken, { wanted: 25, waits: "parked" });
      expect(parked).toMatchObject({ claimed: [], parked: { actionId } });
      expect(await execution(claims[10]!.executionId)).toMatchObject({
        parked: true,
        attemptCount: 0,
        statusReason: expect.stringContaining("its turn"),
      });
    } finally {
      await other.close();
    }
  });

  test("are free again when requests have ended, and when their process has died", async () => {
    await setUp("200", { maxConcurrent: 2 });
    await deliver(await fire(2));
    expect(await health()).toMatchObject({ slots: [] });
    await claim(ctx, await fire(2), leaseToken, { wanted: 25, waits: "busy" });
    expect((await health()).slots).toHaveLength(1);
    ctx.clock.advance(2_500);
    await sweep(ctx);
    expect((await health()).slots).toEqual([]);
  });

  test("a rate is held, and all are delivered in their turns", async () => {
    await setUp("200", { maxPerSecond: 10 });
    const claims = await fire(25);
    await deliver(claims);
    expect(receiver.requests).toHaveLength(2);
    for (let tenths = 0; receiver.requests.length < 25; tenths++) {
      expect(receiver.requests.length).toBeLessThanOrEqual(2 + tenths + 2);
      expect(tenths).toBeLessThan(60);
      ctx.clock.advance(100);
      await deliver(await callParked());
    }
    expect(await ctx.db.actionExecution.count({ where: { projectId, status: "COMPLETED", attemptCount: 1 } })).toBe(25);
  });

  test("what nobody calls for is found by the sweeper", async () => {
    await setUp("200", { maxPerSecond: 1 });
    const claims = await fire(2);
    await deliver(claims);
    ctx.clock.advance(10_000);
    ctx.sent.length = 0;
    await dispatchForgotten(ctx);
    expect(
      ctx.sent
        .flatMap((event) => (event.data as DueEvent).claims)
        .filter(({ executionId }) => executionId === claims[1]!.executionId),
    ).toHaveLength(1);
  });

  test("claims of two actions never share secrets: the second goes to runs of its own", async () => {
    await setUp("200");
    const mine = await fire(1);
    const another = await makeAction(ctx, projectId, receiver.url("200"));
    await makeTrigger(ctx, projectId, [another.id]);
    const events = [makeEvent(ctx, { id: "for-both" })];
    const { dispatch } = await createActions(ctx, createTriggerCache(), {
      projectId,
      eventSource: "observation.created",
      events,
    });
    const all = [...mine, ...dispatch.map(({ executionId, generation }) => ({ executionId, generation }))];
    const rows = await ctx.db.actionExecution.findMany({
      where: { id: { in: all.map(({ executionId }) => executionId) } },
    });
    const { claimed, postponed } = await claim(ctx, all, leaseToken, { wanted: 25, waits: "busy" });
    const actions = new Set(claimed.map((item) => item.claimed.actionId));
    expect(actions.size).toBe(1);
    expect(claimed.length + postponed.length).toBe(rows.length);
  });
});

describe("statistics", () => {
  test("by the hour are the sums of the attempts' rows, also where a record is repeated", async () => {
    const kinds = ["200", "204", "404", "500", "reset-after", "never"] as const;
    for (const mode of kinds) {
      await setUp(mode, { retry: { preset: "none" }, timeouts: { connectMs: 200, headersMs: 200, totalMs: 300 } });
      await deliver(await fire(2));
    }
    ctx.clock.advance(3_600_000);
    await deliver(await fire(1));
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

  test("tell how an endpoint does: rate of success, latency, breaker, what waits", async () => {
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
    await deliver(await fire(3));
    await pointAction(ctx, actionId, receiver.url("503"));
    await deliver(await fire(9));
    await deliver(await fire(4));
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
