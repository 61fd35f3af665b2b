import { beforeEach, describe, expect, test } from "vitest";
import { makeUserActor } from "@/domain/actor";
import type { ProjectContext } from "@/server/context";
import { deliverAll, deliverOnce } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger, pointAction } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { listExecutions } from "../executions/list-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { probeAction } from "./probe-action";
import { sendWaitingExecutionsNow } from "./send-waiting-executions-now";
import { setActionPaused } from "./set-action-paused";

const { ctx: base, receiver } = useTestContext({ per: "test", start: new Date("2026-02-01T12:00:00Z") });
let ctx: ProjectContext;
let actionId: string;

beforeEach(async () => {
  receiver.clear();
  ctx = {
    ...makeSystemProjectContext(base, (await makeProject(base)).id),
    actor: makeUserActor({ id: "u", email: "ann" }),
  };
});

async function setUp(mode: string, delaySeconds = 0): Promise<void> {
  actionId = (await makeAction(base, ctx.projectId, receiver.url(mode), { retry: { preset: "standard" } })).id;
  await makeTrigger(base, ctx.projectId, [actionId], { delaySeconds });
}
let sources = 0;
async function fire(count: number): Promise<void> {
  const events = Array.from({ length: count }, () => makeEvent(base, { id: `obs-${++sources}` }));
  await createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events,
  });
}
const deliver = () => deliverOnce(base, actionId);
const executions = (where: object = {}) =>
  base.db.actionExecution.findMany({ where: { actionId, ...where }, orderBy: { id: "asc" } });
const waits = async () => (await listExecutions(ctx, { status: ["PENDING"] })).items.map(({ wait }) => wait!.kind);
const audited = async () =>
  (await base.db.auditLog.findMany({ where: { projectId: ctx.projectId } })).map((row) => row.action);
const woken = () => base.sent.map(({ data }) => data);

describe("pause and keep", () => {
  test("keeps waiting and new executions without an attempt, and delivers them afterwards", async () => {
    await setUp("200");
    await fire(2);
    expect(await setActionPaused(ctx, { actionId, paused: true })).toEqual({ id: actionId, pausedAt: base.now() });
    await fire(1);
    expect(await deliverAll(base)).toBe(0);
    expect(await executions({ status: "PENDING", attemptCount: 0 })).toHaveLength(3);
    expect(await waits()).toEqual(["paused", "paused", "paused"]);
    expect((await listExecutions(ctx, {})).items[0]!.statusReason).toContain("ann paused its action");
    base.sent.length = 0;
    expect(await setActionPaused(ctx, { actionId, paused: false })).toEqual({ id: actionId, pausedAt: null });
    expect(woken()).toMatchObject([{ actionId, at: null }]);
    expect(await deliver()).toBe(3);
    expect(await audited()).toEqual(["action.pause", "action.resume"]);
  });

  test("a second time changes nothing", async () => {
    await setUp("200");
    await setActionPaused(ctx, { actionId, paused: true });
    base.clock.advance(1_000);
    expect((await setActionPaused(ctx, { actionId, paused: true })).pausedAt).not.toEqual(base.now());
    expect(await audited()).toEqual(["action.pause"]);
  });
});

describe("probe now", () => {
  test("sends the oldest due execution alone; success closes the breaker, and the others follow", async () => {
    await setUp("500");
    await fire(10);
    await deliver();
    await fire(4);
    await deliver();
    expect(await waits()).toContain("breaker");
    receiver.clear();
    await pointAction(base, actionId, receiver.url("200"));
    expect(await probeAction(ctx, { actionId })).toEqual({ id: actionId, isProbing: true });
    expect(await deliver()).toBe(4);
    expect(await executions({ status: "COMPLETED" })).toHaveLength(4);
    expect(await audited()).toEqual(["action.probe"]);
  });

  test("sends the oldest execution also where all of them wait for a retry", async () => {
    await setUp("500");
    await fire(10);
    await deliver();
    expect(new Set(await waits())).toEqual(new Set(["not due"]));
    receiver.clear();
    await probeAction(ctx, { actionId });
    expect(await deliver()).toBe(1);
  });

  test("that fails sends no other execution, and doubles the pause", async () => {
    await setUp("500");
    await fire(14);
    await deliver();
    await fire(2);
    receiver.clear();
    await probeAction(ctx, { actionId });
    expect(await deliver()).toBe(1);
    const health = await base.db.actionHealth.findUniqueOrThrow({ where: { actionId } });
    expect(health.openUntil).toEqual(new Date("2026-02-01T12:01:00Z"));
  });

  test("does nothing while the breaker is closed, and is refused while the action is off or paused", async () => {
    await setUp("200");
    expect(await probeAction(ctx, { actionId })).toEqual({ id: actionId, isProbing: false });
    await setActionPaused(ctx, { actionId, paused: true });
    await expect(probeAction(ctx, { actionId })).rejects.toMatchObject({ code: "CONFLICT" });
    await base.db.actionConfiguration.update({ where: { id: actionId }, data: { disabledAt: base.now() } });
    await expect(probeAction(ctx, { actionId })).rejects.toMatchObject({ message: expect.stringContaining("is off") });
  });
});

describe("send now", () => {
  test("sends one execution without its delay, and the others wait on", async () => {
    await setUp("200", 600);
    await fire(3);
    const [first] = await executions();
    expect(await sendWaitingExecutionsNow(ctx, { executionIds: [first!.id] })).toEqual({ sent: 1 });
    expect(woken().at(-1)).toMatchObject({ actionId, at: null });
    expect(await deliver()).toBe(1);
    expect((await executions()).map(({ status }) => status)).toEqual(["COMPLETED", "PENDING", "PENDING"]);
    expect(await sendWaitingExecutionsNow(ctx, { executionIds: [first!.id] })).toEqual({ sent: 0 });
    expect(await audited()).toEqual(["execution.send_now"]);
  });

  test("sends all of an action without delay or retry wait, at its rate", async () => {
    await setUp("200", 600);
    await fire(5);
    expect(await sendWaitingExecutionsNow(ctx, { actionId })).toEqual({ sent: 5 });
    await base.db.actionHealth.updateMany({ where: { actionId }, data: { rateAt: base.now().getTime() + 60_000 } });
    const { configuration } = await base.db.actionConfiguration.findUniqueOrThrow({ where: { id: actionId } });
    await base.db.actionConfiguration.update({
      where: { id: actionId },
      data: { configuration: { ...(configuration as object), maxPerSecond: 1 } },
    });
    expect(await deliver()).toBe(0);
    expect(new Set(await waits())).toEqual(new Set(["rate"]));
  });

  test("sends a probe while the breaker is open", async () => {
    await setUp("500");
    await fire(10);
    await deliver();
    receiver.clear();
    expect(await sendWaitingExecutionsNow(ctx, { actionId })).toEqual({ sent: 10 });
    expect(await deliver()).toBe(1);
    expect(receiver.requests).toHaveLength(1);
  });

  test.each(["by its id", "with all of its action"])("ends the pause of an execution that is due, %s", async (way) => {
    await setUp("500");
    await fire(10);
    await deliver();
    await fire(2);
    const due = (await executions({ attemptCount: 0 })).at(0)!;
    await base.db.actionExecution.updateMany({ where: { attemptCount: 1 }, data: { status: "CANCELLED" } });
    await pointAction(base, actionId, receiver.url("200"));
    expect(
      await sendWaitingExecutionsNow(ctx, way === "by its id" ? { executionIds: [due.id] } : { actionId }),
    ).toEqual({
      sent: 0,
    });
    expect(await deliver()).toBe(2);
    expect(await audited()).toEqual(["execution.send_now"]);
  });

  test("sends no execution of another project, or of an action that is off or paused", async () => {
    await setUp("200", 600);
    await fire(1);
    const [mine] = await executions();
    const other = makeSystemProjectContext(base, (await makeProject(base)).id);
    expect(await sendWaitingExecutionsNow(other, { executionIds: [mine!.id] })).toEqual({ sent: 0 });
    await expect(sendWaitingExecutionsNow(other, { actionId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await setActionPaused(ctx, { actionId, paused: true });
    expect(await sendWaitingExecutionsNow(ctx, { executionIds: [mine!.id] })).toEqual({ sent: 0 });
    await expect(sendWaitingExecutionsNow(ctx, { actionId })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test.each(["viewer"] as const)("is not for a %s", async (role) => {
    await setUp("200", 600);
    const viewer = { ...ctx, role };
    await expect(sendWaitingExecutionsNow(viewer, { actionId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(probeAction(viewer, { actionId })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(setActionPaused(viewer, { actionId, paused: true })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
