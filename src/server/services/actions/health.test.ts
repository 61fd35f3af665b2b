import { beforeEach, describe, expect, test } from "vitest";
import type { ProjectContext } from "@/server/context";
import { deliverOnce } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { getProjectProblems } from "../overview/get-project-problems";
import { createTriggerCache } from "../matching/trigger-cache";
import { listActionHealth } from "./list-action-health";
import { listTroubledActions } from "./list-troubled-actions";
import { setActionEnabled } from "./set-action-enabled";
import { countLeverEffects } from "./count-lever-effects";
import { sendWaitingExecutionsNow } from "./send-waiting-executions-now";

const { ctx: base, receiver } = useTestContext({ per: "test", start: new Date("2026-02-01T12:00:00Z") });
let ctx: ProjectContext;

beforeEach(async () => {
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
});

async function makeOne(mode: string): Promise<string> {
  const { id } = await makeAction(base, ctx.projectId, receiver.url(mode), { retry: { preset: "standard" } });
  await makeTrigger(base, ctx.projectId, [id]);
  return id;
}
let sources = 0;
async function fire(count: number): Promise<void> {
  const events = Array.from({ length: count }, () => makeEvent(base, { id: `obs-${++sources}` }));
  const { projectId } = ctx;
  await createExecutions(base, createTriggerCache(), { projectId, eventSource: "observation.created", events });
}

describe("the health of actions", () => {
  test("says from the first minute that an endpoint fails, since when, and how many executions wait", async () => {
    const broken = await makeOne("500");
    await makeOne("200");
    const unused = (await makeAction(base, ctx.projectId, receiver.url("200"))).id;
    await fire(10);
    for (const { id } of await listActionHealth(ctx)) await deliverOnce(base, id);
    await fire(4);
    const health = await listActionHealth(ctx);
    expect(health.map(({ word, waiting }) => [word, waiting])).toEqual([
      ["paused", 14],
      ["healthy", 4],
      ["no traffic", 0],
    ]);
    expect(health[0]).toMatchObject({
      id: broken,
      since: base.now(),
      until: new Date("2026-02-01T12:00:30Z"),
      successRate: 0,
      lastFailure: { message: expect.stringContaining("500"), at: base.now() },
    });
    expect(health[2]!.id).toBe(unused);
  });

  test("needs attention if the program switched the action off, and not if a person did", async () => {
    const [gone, unwanted] = [await makeOne("410"), await makeOne("500")];
    await fire(1);
    for (const id of [gone, unwanted]) await deliverOnce(base, id);
    await setActionEnabled(ctx, { actionId: unwanted, enabled: false });
    const health = await listActionHealth(ctx);
    expect(health.map(({ id, word, needsAttention }) => [id, word, needsAttention])).toEqual([
      [gone, "off", true],
      [unwanted, "off", false],
    ]);
    expect(health[0]!.offReason).toContain("410");
    expect((await listTroubledActions(ctx)).map(({ id, state }) => [id, state])).toEqual([[gone, "off"]]);
  });

  test("forgets failures after an hour of successes", async () => {
    const id = await makeOne("500");
    await fire(1);
    await deliverOnce(base, id);
    expect(await listActionHealth(ctx)).toMatchObject([{ word: "degraded", successRate: 0 }]);
    await base.db.actionExecution.updateMany({ data: { status: "CANCELLED" } });
    await base.db.actionHealth.updateMany({ data: { failingSince: null } });
    base.clock.advance(61 * 60_000);
    expect(await listActionHealth(ctx)).toMatchObject([{ word: "no traffic", successRate: null }]);
  });

  test("is of the project's own actions alone", async () => {
    await makeOne("200");
    const other = makeSystemProjectContext(base, (await makeProject(base)).id);
    expect(await listActionHealth(other)).toEqual([]);
    await expect(countLeverEffects(other, { actionId: (await listActionHealth(ctx))[0]!.id })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

test("the levers say beforehand how many executions wait, and how many failed since the endpoint fails", async () => {
  const id = await makeOne("400");
  await fire(2);
  await base.db.actionConfiguration.updateMany({ data: {} });
  await deliverOnce(base, id);
  await fire(3);
  expect(await countLeverEffects(ctx, { actionId: id })).toMatchObject({
    waiting: 5,
    notDue: 2,
    failed: 0,
    failedSince: base.now(),
  });
});

test("attention lists troubled actions with the most waiting executions first, and failures by cause", async () => {
  const few = await makeOne("404");
  await fire(1);
  await deliverOnce(base, few);
  const many = await makeOne("500");
  await fire(12);
  await deliverOnce(base, many);
  await base.db.actionExecution.updateMany({
    where: { actionId: few, attemptCount: 0 },
    data: { status: "CANCELLED" },
  });
  const attention = await getProjectProblems(ctx, {});
  expect(attention.actions.map(({ id, waiting }) => [id, waiting])).toEqual([
    [many, 12],
    [few, 1],
  ]);
  expect(attention.totals).toEqual({ actions: 2, troubled: 2, waiting: 13 });
  expect(attention.failures).toMatchObject([
    { actionId: many, code: "5xx", responseStatus: 500, failed: 0, firstAt: base.now(), lastAt: base.now() },
    { actionId: few, code: "4xx", responseStatus: 404, failed: 0, waiting: 1 },
  ]);
});

test("a group of failures dates its last failure by the attempt, not by a later change of the executions", async () => {
  const id = await makeOne("500");
  await fire(1);
  await deliverOnce(base, id);
  const failedAt = base.now();
  base.clock.advance(1_000);
  expect(await sendWaitingExecutionsNow(ctx, { actionId: id })).toEqual({ sent: 1 });
  const { failures } = await getProjectProblems(ctx, {});
  expect(failures).toMatchObject([{ actionId: id, waiting: 1, firstAt: failedAt, lastAt: failedAt }]);
});
