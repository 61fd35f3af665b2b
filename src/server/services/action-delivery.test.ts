import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeAction, makeEvent, makeProject, makeTrigger, pointAction } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createActions } from "./action-creation";
import { deliverBatch, deliverOne } from "./action-delivery";
import type { Verdict } from "./action-delivery/types";
import { dispatch } from "./dispatch";
import { putBack } from "./executions/put-back";
import { countLeftBehind, sweep } from "./sweep";
import { createTriggerCache } from "./trigger-cache";

const { ctx, receiver } = useTestContext();
let projectId: string;
let action: { id: string; secret: string };
let leases = 0;
const leaseToken = () => `1:test-${++leases}`;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
});
afterEach(async () => {
  await ctx.db.actionExecution.deleteMany();
  receiver.clear();
  ctx.sent.length = 0;
});

/** Makes executions through the matcher, as events do. */
async function makeExecutions(mode: string, count = 1, change: Parameters<typeof makeAction>[3] = {}) {
  action = await makeAction(ctx, projectId, receiver.url(mode), change);
  await makeTrigger(ctx, projectId, [action.id]);
  const events = Array.from({ length: count }, (_, index) => makeEvent(ctx, { id: `obs-${index}`, name: "chat" }));
  const { dispatch: items } = await createActions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events,
  });
  await dispatch(ctx, items);
  return items;
}
const executions = () => ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { id: "asc" } });
const attempts = () =>
  ctx.db.actionAttempt.findMany({ where: { projectId }, orderBy: [{ executionId: "asc" }, { number: "asc" }] });
const claimsOf = (items: { executionId: string; generation: number }[]) =>
  items.map(({ executionId, generation }) => ({ executionId, generation }));
const at = (verdict: Verdict): number =>
  verdict.result === "again" ? Date.parse(verdict.at) - ctx.now().getTime() : Number.NaN;

describe("a delivery", () => {
  test("is signed so that standardwebhooks verifies it, and recorded with request and response", async () => {
    const items = await makeExecutions("200", 3, {
      headers: [
        { name: "authorization", value: "Bearer topsecretvalue", secret: true },
        { name: "x-team", value: "blue", secret: false },
      ],
    });
    ctx.clock.advance(Date.now() - ctx.now().getTime());
    expect(await deliverBatch(ctx, leaseToken, claimsOf(items))).toEqual([]);

    expect(receiver.requests).toHaveLength(3);
    for (const request of receiver.requests) {
      const headers = request.headers as Record<string, string>;
      const body = new Webhook(action.secret).verify(request.rawBody, headers) as {
        data: { execution: { id: string } };
      };
      expect(headers).toMatchObject({
        "webhook-id": body.data.execution.id,
        "x-trigger-attempt": "1",
        authorization: "Bearer topsecretvalue",
        "x-team": "blue",
      });
    }
    expect(await executions()).toMatchObject(
      items.map(({ executionId }) => ({
        id: executionId,
        status: "COMPLETED",
        attemptCount: 1,
        output: { status: 200 },
      })),
    );
    const rows = await attempts();
    expect(rows).toMatchObject(items.map(() => ({ number: 1, status: "SUCCEEDED", responseStatus: 200 })));
    expect(JSON.stringify(rows)).not.toContain("topsecretvalue");
    expect(JSON.stringify(await executions())).not.toContain("topsecretvalue");
  });

  test("that fails goes on in a run of its own, with the same webhook id and the same bytes each time", async () => {
    const [item] = await makeExecutions("500");
    const [retry] = await deliverBatch(ctx, leaseToken, claimsOf([item!]));
    expect(retry).toMatchObject({ executionId: item!.executionId, generation: 2, first: false });
    const claim = { executionId: retry!.executionId, generation: retry!.generation };

    for (let number = 2; number <= 10; number++) {
      const [row] = await executions();
      ctx.clock.advance(row!.dueAt.getTime() - ctx.now().getTime());
      const verdict = await deliverOne(ctx, leaseToken, claim);
      expect(verdict.result).toBe(number < 10 ? "again" : "finished");
    }
    expect(await executions()).toMatchObject([
      { status: "ERROR", attemptCount: 10, statusReason: expect.stringContaining("all 10 attempts") },
    ]);
    expect((await attempts()).map((row) => row.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(receiver.requests.map((request) => request.headers["webhook-id"])).size).toBe(1);
    expect(new Set(receiver.requests.map((request) => request.rawBody)).size).toBe(1);
    expect(new Set(receiver.requests.map((request) => request.headers["webhook-timestamp"])).size).toBe(10);
  });

  test("to a receiver that is gone switches the action off", async () => {
    const items = await makeExecutions("410");
    await deliverBatch(ctx, leaseToken, claimsOf(items));
    expect(await executions()).toMatchObject([{ status: "ERROR" }]);
    expect(await ctx.db.actionConfiguration.findUnique({ where: { id: action.id } })).toMatchObject({
      disabledAt: ctx.now(),
      disabledReason: expect.stringContaining("410"),
    });
  });

  test.each([
    ["410-then-reset", 410, "reset", "410"],
    ["410-chunk-size-junk", 410, "protocol", "410"],
    ["disable-body-too-short", 200, "reset", "asked for it"],
  ])("to a receiver that is gone counts even where its answer breaks off: %s", async (mode, status, code, reason) => {
    const items = await makeExecutions(mode);
    await deliverBatch(ctx, leaseToken, claimsOf(items));
    expect(await executions()).toMatchObject([{ status: "ERROR" }]);
    expect(await attempts()).toMatchObject([
      {
        status: "FAILED",
        responseStatus: status,
        errorCode: code,
        message: expect.stringContaining(`Answered ${status}. The`),
      },
    ]);
    expect(receiver.requests).toHaveLength(1);
    expect(await ctx.db.actionConfiguration.findUnique({ where: { id: action.id } })).toMatchObject({
      disabledAt: ctx.now(),
      disabledReason: expect.stringContaining(reason),
    });
  });

  test.each(["100", "204-with-length", "204-with-body"])(
    "that is answered in an odd but valid way is delivered, once: %s",
    async (mode) => {
      const items = await makeExecutions(mode);
      await deliverBatch(ctx, leaseToken, claimsOf(items));
      expect(await executions()).toMatchObject([{ status: "COMPLETED" }]);
      expect(receiver.requests).toHaveLength(1);
    },
  );

  test("of a URL that the guard refuses ends without a retry and without a connection", async () => {
    const items = await makeExecutions("200");
    await pointAction(ctx, action.id, "https://127.0.0.1/hook");
    expect(await deliverBatch(ctx, leaseToken, claimsOf(items))).toEqual([]);
    expect(await executions()).toMatchObject([{ status: "ERROR", error: { code: "blocked" } }]);
    expect(receiver.requests).toEqual([]);
  });

  test("reads URL and secrets at each attempt, so that a mended endpoint gets what failed", async () => {
    const items = await makeExecutions("500");
    const [retry] = await deliverBatch(ctx, leaseToken, claimsOf(items));
    await pointAction(ctx, action.id, receiver.url("204"));
    ctx.clock.advance(10_000);
    expect(
      await deliverOne(ctx, leaseToken, { executionId: retry!.executionId, generation: retry!.generation }),
    ).toMatchObject({ result: "finished" });
    expect(await executions()).toMatchObject([{ status: "COMPLETED", attemptCount: 2 }]);
  });
});

describe("claiming", () => {
  test("a generation that is not the row's, or a second claim, sends nothing", async () => {
    const [item] = await makeExecutions("200");
    const claim = { executionId: item!.executionId, generation: item!.generation };
    await deliverBatch(ctx, leaseToken, [{ ...claim, generation: 99 }]);
    expect(receiver.requests).toHaveLength(0);
    await Promise.all([1, 2, 3].map(() => deliverBatch(ctx, leaseToken, [claim])));
    expect(receiver.requests).toHaveLength(1);
    expect(await attempts()).toHaveLength(1);
  });

  test("what is not due yet is told when to come again", async () => {
    const [item] = await makeExecutions("200");
    await ctx.db.actionExecution.updateMany({
      where: { projectId },
      data: { dueAt: new Date(ctx.now().getTime() + 60_000) },
    });
    expect(
      at(await deliverOne(ctx, leaseToken, { executionId: item!.executionId, generation: item!.generation })),
    ).toBe(60_000);
  });

  test("an action that is off turns it into SKIPPED, one that was deleted into CANCELLED", async () => {
    const [off] = await makeExecutions("200");
    await ctx.db.actionConfiguration.update({
      where: { id: action.id },
      data: { disabledAt: ctx.now(), disabledReason: "switched off" },
    });
    await deliverBatch(ctx, leaseToken, claimsOf([off!]));
    expect(await executions()).toMatchObject([
      { status: "SKIPPED", statusReason: expect.stringContaining("switched off") },
    ]);

    projectId = (await makeProject(ctx)).id;
    const [deleted] = await makeExecutions("200");
    await ctx.db.actionConfiguration.update({ where: { id: action.id }, data: { deletedAt: ctx.now() } });
    await deliverBatch(ctx, leaseToken, claimsOf([deleted!]));
    expect(await executions()).toMatchObject([{ status: "CANCELLED", cancelledBy: "SYSTEM" }]);
    expect(receiver.requests).toEqual([]);
  });

  test("after three timeouts the rest of a batch is handed over unclaimed", async () => {
    const items = await makeExecutions("never", 30, { timeouts: { connectMs: 200, headersMs: 200, totalMs: 300 } });
    const handed = await deliverBatch(ctx, leaseToken, claimsOf(items));
    expect(handed).toHaveLength(30);
    expect(await attempts()).toHaveLength(25);
    expect((await executions()).filter((row) => row.attemptCount === 0)).toHaveLength(5);
    expect(handed.every((item) => item.generation === 2 && !item.first)).toBe(true);
  });
});

describe("cancelling on the wire", () => {
  test.each([
    ["200", "COMPLETED"],
    ["500", "CANCELLED"],
  ])("an answer of %s ends as %s, and no attempt follows", async (mode, status) => {
    const items = await makeExecutions(mode);
    // The mark stands on the row whenever it was set: what counts is that it stands there when the answer is recorded.
    await ctx.db.actionExecution.updateMany({
      where: { projectId },
      data: { cancelRequestedAt: ctx.now(), cancelledBy: "SYSTEM" },
    });
    expect(await deliverBatch(ctx, leaseToken, claimsOf(items))).toEqual([]);
    expect(await executions()).toMatchObject([{ status, attemptCount: 1 }]);
  });
});

describe("the sweeper", () => {
  const crash = (leaseExpiresAt: Date, token = "1:gone") =>
    ctx.db.actionExecution.updateMany({
      where: { projectId },
      data: {
        status: "RUNNING",
        attemptCount: 1,
        leaseToken: token,
        leaseExpiresAt,
        updatedAt: new Date(ctx.now().getTime() - 5_000),
      },
    });

  test("a first attempt that nobody has claimed for a minute is sent again, once, and its first event stays good", async () => {
    const action = await makeAction(ctx, projectId, receiver.url("200"));
    await makeTrigger(ctx, projectId, [action.id]);
    const { dispatch: lost } = await createActions(ctx, createTriggerCache(), {
      projectId,
      eventSource: "observation.created",
      events: [makeEvent(ctx, { id: "obs-1" })],
    });
    ctx.clock.advance(59_000);
    await sweep(ctx);
    const sent = () => ctx.sent.filter((event) => event.data.projectId === projectId);
    expect(sent()).toEqual([]);
    ctx.clock.advance(2_000);
    await sweep(ctx);
    expect(sent()).toMatchObject([
      { name: "action/execution.due", data: { projectId, actionId: action.id, claims: claimsOf(lost) } },
    ]);
    expect(await executions()).toMatchObject([{ generation: 1, dispatchedAt: ctx.now() }]);
    ctx.clock.advance(61_000);
    await sweep(ctx);
    expect(sent()).toHaveLength(1);
    await deliverBatch(ctx, leaseToken, [...claimsOf(lost), ...claimsOf(lost)]);
    await deliverBatch(ctx, leaseToken, claimsOf(lost));
    expect(receiver.requests).toHaveLength(1);
  });

  test("a delayed execution that was never dispatched is sent on its way after ten seconds, with a new generation", async () => {
    const action = await makeAction(ctx, projectId, receiver.url("200"));
    await makeTrigger(ctx, projectId, [action.id], { delaySeconds: 60 });
    const { dispatch: lost } = await createActions(ctx, createTriggerCache(), {
      projectId,
      eventSource: "observation.created",
      events: [makeEvent(ctx, { id: "obs-1" })],
    });
    ctx.clock.advance(9_000);
    await sweep(ctx);
    expect(ctx.sent).toEqual([]);
    ctx.clock.advance(2_000);
    await sweep(ctx);
    expect(ctx.sent).toMatchObject([
      { id: `${lost[0]!.executionId}:2`, name: "action/execution.requested", data: { generation: 2 } },
    ]);
    expect(await executions()).toMatchObject([{ generation: 2, dispatchedAt: ctx.now() }]);
    ctx.clock.advance(11_000);
    await sweep(ctx);
    expect(ctx.sent).toHaveLength(1);
  });

  test("a lease that ran out makes the attempt's outcome unknown, which spends none of the budget", async () => {
    const [item] = await makeExecutions("200");
    await ctx.db.actionAttempt.create({
      data: { id: "att_lost", executionId: item!.executionId, projectId, number: 1, leaseToken: "1:gone", request: {} },
    });
    await crash(new Date(ctx.now().getTime() - 1));
    expect(await countLeftBehind(ctx)).toEqual({ undispatched: 0, overdue: 0, parkedOverdue: 0, leasesExpired: 1 });
    await sweep(ctx);
    expect(await countLeftBehind(ctx)).toEqual({ undispatched: 0, overdue: 0, parkedOverdue: 0, leasesExpired: 0 });
    expect(await attempts()).toMatchObject([{ number: 1, status: "UNKNOWN" }]);
    const [row] = await executions();
    expect(row).toMatchObject({ status: "PENDING", unknownCount: 1, generation: 2 });
    await deliverOne(ctx, leaseToken, { executionId: row!.id, generation: 2 });
    expect(await executions()).toMatchObject([{ status: "COMPLETED", attemptCount: 2 }]);
    expect((await attempts()).map((attempt) => [attempt.number, attempt.status])).toEqual([
      [1, "UNKNOWN"],
      [2, "SUCCEEDED"],
    ]);
  });

  test("a lease whose process has died is taken back at once, before it runs out", async () => {
    await makeExecutions("200");
    await crash(new Date(ctx.now().getTime() + 60_000), "123456:dead");
    await sweep(ctx);
    expect(await executions()).toMatchObject([{ status: "PENDING", unknownCount: 1 }]);
  });

  test("at most five outcomes stay unknown", async () => {
    await makeExecutions("200");
    for (let round = 1; round <= 5; round++) {
      await crash(new Date(ctx.now().getTime() - 1));
      await sweep(ctx);
    }
    expect(await executions()).toMatchObject([{ status: "ERROR", unknownCount: 5 }]);
  });

  test("a late result of a lost lease is kept on its attempt and changes nothing else", async () => {
    const [item] = await makeExecutions("200");
    const late = deliverBatch(ctx, () => "1:late", claimsOf([item!]));
    await receiver.waitForCount(1);
    await ctx.db.actionExecution.updateMany({
      where: { projectId, status: "RUNNING" },
      data: { leaseToken: "1:other", generation: 2 },
    });
    await late;
    const [row] = await executions();
    // Either the answer was recorded before the lease was taken, or it changed nothing.
    expect(["COMPLETED", "RUNNING"]).toContain(row!.status);
    expect(await attempts()).toMatchObject([{ status: "SUCCEEDED" }]);
  });
});

test("a resend makes a fresh schedule: numbers go on, the webhook id stays", async () => {
  const items = await makeExecutions("500", 1, { retry: { preset: "none" } });
  await deliverBatch(ctx, leaseToken, claimsOf(items));
  expect(await executions()).toMatchObject([{ status: "ERROR", attemptCount: 1 }]);
  ctx.sent.length = 0;
  await dispatch(ctx, await putBack(ctx.db, [items[0]!.executionId], "Sent again.", ctx.now()));
  expect(ctx.sent).toMatchObject([{ name: "action/execution.due", data: { claims: [{ generation: 2 }] } }]);
  await deliverBatch(ctx, leaseToken, [{ executionId: items[0]!.executionId, generation: 2 }]);
  expect((await attempts()).map((row) => row.number)).toEqual([1, 2]);
  expect(new Set(receiver.requests.map((request) => request.headers["webhook-id"])).size).toBe(1);
});
