import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { deliverAll, deliverOnce, testDelivery } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger, pointAction } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { restartExecutions } from "../executions/restart-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { createLostWorkWatch } from "../lost-work-watch";
import { deliverAction } from "./deliver-action";
import { countAbandonedExecutions } from "./count-abandoned-executions";

const { ctx, receiver } = useTestContext();
let projectId: string;
let action: { id: string; secret: string };

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
});
afterEach(async () => {
  await ctx.db.actionExecution.deleteMany();
  receiver.clear();
  ctx.sent.length = 0;
});

/** Creates executions through the matcher, as events do. */
async function makeExecutions(
  mode: string,
  {
    count = 1,
    change = {},
    trigger = {},
  }: { count?: number; change?: Parameters<typeof makeAction>[3]; trigger?: Parameters<typeof makeTrigger>[3] } = {},
) {
  action = await makeAction(ctx, projectId, receiver.url(mode), change);
  await makeTrigger(ctx, projectId, [action.id], trigger);
  const events = Array.from({ length: count }, (_, index) => makeEvent(ctx, { id: `obs-${index}`, name: "chat" }));
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
  return executions();
}
const executions = () => ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { id: "asc" } });
const attempts = () =>
  ctx.db.actionAttempt.findMany({ where: { projectId }, orderBy: [{ executionId: "asc" }, { number: "asc" }] });
const toDueTime = async (): Promise<void> => {
  const [row] = await executions();
  ctx.clock.advance(row!.dueAt.getTime() - ctx.now().getTime());
};

describe("a delivery", () => {
  test("carries a signature that standardwebhooks verifies, and is recorded with request and response", async () => {
    const items = await makeExecutions("200", {
      count: 3,
      change: {
        headers: [
          { name: "authorization", value: "Bearer topsecretvalue", secret: true },
          { name: "x-team", value: "blue", secret: false },
        ],
      },
    });
    ctx.clock.advance(Date.now() - ctx.now().getTime());
    await deliverAll(ctx);

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
      items.map(({ id }) => ({
        id,
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

  test("that fails is retried when it is due, each time with the same webhook id and the same bytes", async () => {
    await makeExecutions("500");
    await deliverAll(ctx);
    expect(await executions()).toMatchObject([{ status: "PENDING", attemptCount: 1 }]);
    for (let number = 2; number <= 10; number++) {
      expect(await deliverAll(ctx)).toBe(0);
      await toDueTime();
      expect(await deliverAll(ctx)).toBe(1);
    }
    expect(await executions()).toMatchObject([
      { status: "ERROR", attemptCount: 10, statusReason: expect.stringMatching(/^Gave up: /) },
    ]);
    expect((await attempts()).map((row) => row.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(receiver.requests.map((request) => request.headers["webhook-id"])).size).toBe(1);
    expect(new Set(receiver.requests.map((request) => request.rawBody)).size).toBe(1);
    expect(new Set(receiver.requests.map((request) => request.headers["webhook-timestamp"])).size).toBe(10);
  });

  test("to a receiver that is gone switches the action off", async () => {
    await makeExecutions("410");
    await deliverAll(ctx);
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
    await makeExecutions(mode);
    await deliverAll(ctx);
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
      await makeExecutions(mode);
      await deliverAll(ctx);
      expect(await executions()).toMatchObject([{ status: "COMPLETED" }]);
      expect(receiver.requests).toHaveLength(1);
    },
  );

  test("of a URL that the guard refuses ends without a retry and without a connection", async () => {
    await makeExecutions("200");
    await pointAction(ctx, action.id, "https://127.0.0.1/hook");
    await deliverAll(ctx);
    expect(await executions()).toMatchObject([{ status: "ERROR", error: { code: "blocked" } }]);
    expect(receiver.requests).toEqual([]);
  });

  test("reads URL and secrets at each attempt, so that a corrected endpoint gets the failed executions", async () => {
    await makeExecutions("500");
    await deliverAll(ctx);
    await pointAction(ctx, action.id, receiver.url("204"));
    await toDueTime();
    await deliverAll(ctx);
    expect(await executions()).toMatchObject([{ status: "COMPLETED", attemptCount: 2 }]);
  });
});

describe("claiming", () => {
  test("runs of one action at once make one attempt of each execution", async () => {
    await makeExecutions("200", { count: 40 });
    const made = await Promise.all([1, 2, 3].map(() => deliverOnce(ctx, action.id)));
    expect(made.reduce((sum, each) => sum + each, 0)).toBe(40);
    expect(receiver.requests).toHaveLength(40);
    expect(await attempts()).toHaveLength(40);
  });

  test("an execution that is due later waits, and the run asks for its wake", async () => {
    await makeExecutions("200", { count: 1, change: {}, trigger: { delaySeconds: 90 } });
    expect(await deliverOnce(ctx, action.id)).toBe(0);
    const moment = Math.ceil((ctx.now().getTime() + 90_000) / 10_000) * 10_000;
    expect(ctx.sent).toMatchObject([
      { id: `${action.id}:${moment}`, name: "action/deliveries.due", ts: moment, data: { actionId: action.id } },
    ]);
  });

  test("a run that starts a little early waits for the rows that are due at its time", async () => {
    await makeExecutions("200", { count: 1, change: {}, trigger: { delaySeconds: 5 } });
    const due = ctx.now().getTime() + 5_000;
    ctx.clock.advance(4_600);
    expect(await deliverOnce(ctx, action.id, due)).toBe(1);
    expect(ctx.now().getTime()).toBe(due);
  });

  test("the oldest executions go first, in turns among triggers", async () => {
    action = await makeAction(ctx, projectId, receiver.url("200"), { maxConcurrent: 4 });
    const fire = async (prefix: string, count: number): Promise<void> => {
      await makeTrigger(ctx, projectId, [action.id]);
      const events = Array.from({ length: count }, (_, n) => makeEvent(ctx, { id: `${prefix}-${n}` }));
      await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
      await ctx.db.triggerConfiguration.updateMany({ where: { projectId }, data: { status: "DISABLED" } });
      ctx.clock.advance(1_000);
    };
    await fire("many", 30);
    await fire("few", 4);
    await deliverAll(ctx);
    const order = receiver.requests.map(({ rawBody }) => /"(many|few)-/.exec(rawBody)![1]);
    expect(order.slice(0, 12).filter((name) => name === "few")).toHaveLength(4);
  });

  test("an action that is off turns executions into SKIPPED, a deleted action into CANCELLED", async () => {
    await makeExecutions("200");
    await ctx.db.actionConfiguration.update({
      where: { id: action.id },
      data: { disabledAt: ctx.now(), disabledReason: "switched off" },
    });
    await deliverAll(ctx);
    expect(await executions()).toMatchObject([
      { status: "SKIPPED", statusReason: expect.stringContaining("switched off") },
    ]);

    projectId = (await makeProject(ctx)).id;
    await makeExecutions("200");
    await ctx.db.actionConfiguration.update({ where: { id: action.id }, data: { deletedAt: ctx.now() } });
    await deliverAll(ctx);
    expect(await executions()).toMatchObject([{ status: "CANCELLED", cancelledBy: "SYSTEM" }]);
    expect(receiver.requests).toEqual([]);
    expect(await attempts()).toEqual([]);
  });

  test("a deleted trigger turns executions into CANCELLED, except those that a person has resent", async () => {
    const [first] = await makeExecutions("200", { count: 2 });
    await ctx.db.actionExecution.update({ where: { id: first!.id }, data: { isResend: true } });
    await ctx.db.triggerConfiguration.updateMany({ where: { projectId }, data: { deletedAt: ctx.now() } });
    await deliverAll(ctx);
    expect((await executions()).map(({ status }) => status)).toEqual(["COMPLETED", "CANCELLED"]);
    expect(receiver.requests).toHaveLength(1);
  });

  test("an action that a person has paused keeps its executions and spends no attempt", async () => {
    await makeExecutions("200");
    await ctx.db.actionConfiguration.update({ where: { id: action.id }, data: { pausedAt: ctx.now() } });
    await deliverAll(ctx);
    expect(await executions()).toMatchObject([{ status: "PENDING", attemptCount: 0 }]);
    expect(ctx.sent).toEqual([]);
  });

  test("a new endpoint gets few requests at once, and executions that wait for them spend no attempt", async () => {
    await makeExecutions("never", {
      count: 60,
      change: { timeouts: { connectMs: 200, headersMs: 200, totalMs: 300 } },
    });
    await deliverOnce(ctx, action.id);
    expect((await attempts()).length).toBeLessThan(35);
    expect((await executions()).filter((row) => row.attemptCount === 0).length).toBeGreaterThan(25);
  });
});

describe("a run", () => {
  test("ends while a slow request is in flight; its result is recorded later and wakes the action", async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const url = receiver.script("/slow", [{ status: 200, after: opened }, { status: 200 }]);
    action = await makeAction(ctx, projectId, url, { maxConcurrent: 1 });
    await makeTrigger(ctx, projectId, [action.id]);
    const events = [makeEvent(ctx, { id: "one" }), makeEvent(ctx, { id: "two" })];
    await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
    const delivery = testDelivery();
    const run = await deliverAction(ctx, delivery, { projectId, actionId: action.id, at: null });
    expect(run).toEqual({ attempts: 1, onTheWire: 1 });
    ctx.sent.length = 0;
    open();
    await Promise.all(delivery.left);
    expect((await executions()).map(({ status }) => status).sort()).toEqual(["COMPLETED", "PENDING"]);
    expect(ctx.sent).toMatchObject([{ name: "action/deliveries.due", data: { actionId: action.id, at: null } }]);
  });

  test("a run that leaves a due execution behind asks for another run, if a wake found no slot", async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    await makeExecutions("200");
    await pointAction(ctx, action.id, receiver.script("/held", [{ status: 200, after: opened }]));
    const run = deliverOnce(ctx, action.id);
    await expect.poll(() => receiver.requests.length).toBe(1);
    const events = [makeEvent(ctx, { id: "late", name: "chat" })];
    await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
    open();
    await run;
    expect(ctx.sent).toMatchObject([{ name: "action/deliveries.due", ts: ctx.now().getTime() + 500 }]);
  });

  test("records each result when it arrives: a request that hangs delays no other record", async () => {
    const url = receiver.script("/hangs", [{ status: 200, delayMs: 1_500 }, ...Array(9).fill({ status: 200 })]);
    action = await makeAction(ctx, projectId, url);
    await makeTrigger(ctx, projectId, [action.id]);
    const events = Array.from({ length: 10 }, (_, n) => makeEvent(ctx, { id: `obs-${n}` }));
    await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
    const run = deliverOnce(ctx, action.id);
    await expect.poll(async () => (await executions()).filter((row) => row.status === "COMPLETED").length).toBe(9);
    expect((await executions()).filter((row) => row.status === "RUNNING")).toHaveLength(1);
    await run;
  });
});

describe("cancelling on the wire", () => {
  test.each([
    ["200", "COMPLETED"],
    ["500", "CANCELLED"],
  ])("an answer of %s ends as %s, and no attempt follows", async (mode, status) => {
    await makeExecutions(mode);
    // The cancel mark counts if it is set before the answer is recorded.
    await ctx.db.actionExecution.updateMany({
      where: { projectId },
      data: { cancelRequestedAt: ctx.now(), cancelledBy: "SYSTEM" },
    });
    await deliverAll(ctx);
    expect(await executions()).toMatchObject([{ status, attemptCount: 1 }]);
  });
});

describe("a look", () => {
  const watch = () => createLostWorkWatch(ctx);
  const crash = (leaseExpiresAt: Date, token = "1:gone") =>
    ctx.db.actionExecution.updateMany({
      where: { projectId },
      data: { status: "RUNNING", attemptCount: 1, leaseToken: token, leaseExpiresAt },
    });
  const sent = () => ctx.sent.filter((event) => event.data.projectId === projectId);

  test("of a process without its own lock counts no other process as dead", async () => {
    await makeExecutions("200");
    await crash(new Date(ctx.now().getTime() + 60_000), "2:gone");
    const { claims } = testDelivery();
    const looks = createLostWorkWatch(ctx, claims);
    for (let n = 0; n < 2; n++) expect(await looks.look()).toMatchObject({ leasesEnded: 0 });
    const other = watch();
    for (const leasesEnded of [0, 1]) expect(await other.look()).toMatchObject({ leasesEnded });
  });

  test("wakes only an action whose rows have been due for ten seconds, once", async () => {
    await makeExecutions("200");
    ctx.clock.advance(9_000);
    await watch().look();
    expect(sent()).toEqual([]);
    ctx.clock.advance(1_500);
    await watch().look();
    expect(sent()).toMatchObject([{ name: "action/deliveries.due", data: { actionId: action.id, at: null } }]);
    ctx.clock.advance(2_500);
    await watch().look();
    expect(sent()).toHaveLength(1);
    ctx.clock.advance(60_000);
    await watch().look();
    expect(sent()).toHaveLength(2);
    await deliverAll(ctx);
    expect(receiver.requests).toHaveLength(1);
  });

  test.each([
    ["is paused by a person", (until: Date) => ({ action: { pausedAt: until } })],
    ["waits for the end of its breaker's pause", (until: Date) => ({ health: { openUntil: until } })],
    ["has a request on the wire", (until: Date) => ({ health: { slots: [["1:t", 1, until.getTime()]] } })],
    ["has used up its rate", (until: Date) => ({ health: { rateAt: until.getTime() } })],
  ] as [string, (until: Date) => { action?: object; health?: object }][])(
    "leaves an action alone that %s",
    async (_, change) => {
      await makeExecutions("200");
      const { action: changed = {}, health = {} } = change(new Date(ctx.now().getTime() + 3_600_000));
      await ctx.db.actionConfiguration.update({ where: { id: action.id }, data: changed });
      await ctx.db.actionHealth.create({ data: { actionId: action.id, projectId, ...health } });
      ctx.clock.advance(150_000);
      await watch().look();
      expect(sent()).toEqual([]);
      expect(await countAbandonedExecutions(ctx)).toMatchObject({ overdue: 0 });
    },
  );

  test("reports after two minutes that no run works on due executions", async () => {
    await makeExecutions("200", { count: 3 });
    ctx.clock.advance(119_000);
    expect(await countAbandonedExecutions(ctx)).toEqual({ overdue: 0, leasesExpired: 0 });
    ctx.clock.advance(2_000);
    expect(await countAbandonedExecutions(ctx)).toEqual({ overdue: 3, leasesExpired: 0 });
  });

  test("the watch reports that the engine is behind only after two minutes, and not at a start", async () => {
    await makeExecutions("200");
    ctx.clock.advance(3_600_000);
    const looks = watch();
    await looks.look();
    expect(looks.isEngineBehind()).toBe(false);
    ctx.clock.advance(119_000);
    await looks.look();
    expect(looks.isEngineBehind()).toBe(false);
    ctx.clock.advance(2_000);
    await looks.look();
    expect(looks.isEngineBehind()).toBe(true);
    await deliverAll(ctx);
    await looks.look();
    expect(looks.isEngineBehind()).toBe(false);
  });

  test("the watch reports that the engine is behind after two minutes in which it could not look", async () => {
    const looks = watch();
    await ctx.db.$executeRawUnsafe("ALTER TABLE action_execution RENAME TO action_execution_away");
    const restore = async (): Promise<void> =>
      void (await ctx.db.$executeRawUnsafe("ALTER TABLE IF EXISTS action_execution_away RENAME TO action_execution"));
    onTestFinished(restore);
    await expect(looks.look()).rejects.toThrow(/action_execution/);
    ctx.clock.advance(119_000);
    expect(looks.isEngineBehind()).toBe(false);
    ctx.clock.advance(2_000);
    await expect(looks.look()).rejects.toThrow(/action_execution/);
    expect(looks.isEngineBehind()).toBe(true);
    await restore();
    await looks.look();
    expect(looks.isEngineBehind()).toBe(false);
  });

  test("turns an attempt with an expired lease into an unknown outcome, which spends none of the budget", async () => {
    const [item] = await makeExecutions("200");
    await ctx.db.actionAttempt.create({
      data: { id: "att_lost", executionId: item!.id, projectId, number: 1, leaseToken: "1:gone", request: {} },
    });
    await crash(new Date(ctx.now().getTime() - 1));
    expect(await countAbandonedExecutions(ctx)).toEqual({ overdue: 0, leasesExpired: 1 });
    await watch().look();
    expect(await countAbandonedExecutions(ctx)).toEqual({ overdue: 0, leasesExpired: 0 });
    expect(await attempts()).toMatchObject([{ number: 1, status: "UNKNOWN" }]);
    expect(await executions()).toMatchObject([{ status: "PENDING", unknownCount: 1 }]);
    expect(sent()).toMatchObject([{ name: "action/deliveries.due", data: { actionId: action.id } }]);
    await deliverAll(ctx);
    expect(await executions()).toMatchObject([{ status: "COMPLETED", attemptCount: 2 }]);
    expect((await attempts()).map((attempt) => [attempt.number, attempt.status])).toEqual([
      [1, "UNKNOWN"],
      [2, "SUCCEEDED"],
    ]);
  });

  test("takes a lease back early once two looks in a row find its process dead", async () => {
    await makeExecutions("200");
    await crash(new Date(ctx.now().getTime() + 60_000), "123456:dead");
    const looks = watch();
    await looks.look();
    expect(await executions()).toMatchObject([{ status: "RUNNING" }]);
    await looks.look();
    expect(await executions()).toMatchObject([{ status: "PENDING", unknownCount: 1 }]);
  });

  test("an execution has at most five unknown outcomes", async () => {
    await makeExecutions("200");
    for (let round = 1; round <= 5; round++) {
      await crash(new Date(ctx.now().getTime() - 1));
      await watch().look();
    }
    expect(await executions()).toMatchObject([{ status: "ERROR", unknownCount: 5 }]);
  });

  test("a late result of a lost lease changes its attempt and nothing else", async () => {
    const url = receiver.script("/late", [{ status: 200, delayMs: 500 }]);
    action = await makeAction(ctx, projectId, url);
    await makeTrigger(ctx, projectId, [action.id]);
    const events = [makeEvent(ctx, { id: "obs-1" })];
    await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
    const late = deliverOnce(ctx, action.id);
    await receiver.waitForCount(1);
    await ctx.db.actionExecution.updateMany({ where: { projectId }, data: { leaseToken: "1:other" } });
    await late;
    expect(await executions()).toMatchObject([{ status: "RUNNING", leaseToken: "1:other", output: null }]);
    expect(await attempts()).toMatchObject([{ status: "SUCCEEDED" }]);
  });
});

test("a resend starts a new schedule: attempt numbers continue, the webhook id stays", async () => {
  const [item] = await makeExecutions("500", { count: 1, change: { retry: { preset: "none" } } });
  await deliverAll(ctx);
  expect(await executions()).toMatchObject([{ status: "ERROR", attemptCount: 1 }]);
  expect(await restartExecutions(ctx.db, { ids: [item!.id], reason: "Sent again.", now: ctx.now() })).toEqual([
    { projectId, actionId: action.id, dueAt: ctx.now() },
  ]);
  await deliverAll(ctx);
  expect((await attempts()).map((row) => row.number)).toEqual([1, 2]);
  expect(new Set(receiver.requests.map((request) => request.headers["webhook-id"])).size).toBe(1);
});
