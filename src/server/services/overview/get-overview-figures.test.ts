import { beforeEach, expect, test } from "vitest";
import type { ProjectContext } from "@/server/context";
import { deliverOnce } from "@/test/deliver";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { getOverviewFigures } from "./get-overview-figures";

const HOUR_MS = 3_600_000;
const { ctx: base, receiver } = useTestContext({ per: "test", start: new Date("2026-02-01T12:30:00Z") });
let ctx: ProjectContext;

beforeEach(async () => {
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
});

async function makeOne(mode: string): Promise<{ actionId: string; triggerId: string }> {
  const { id } = await makeAction(base, ctx.projectId, receiver.url(mode), { retry: { preset: "none" } });
  return { actionId: id, triggerId: (await makeTrigger(base, ctx.projectId, [id])).id };
}
let sources = 0;
async function fire(count: number): Promise<void> {
  const events = Array.from({ length: count }, () => makeEvent(base, { id: `obs-${++sources}` }));
  const { projectId } = ctx;
  await createExecutions(base, createTriggerCache(), { projectId, eventSource: "observation.created", events });
}
const ago = (ms: number): Date => new Date(base.now().getTime() - ms);

test("an hour comes by the minute, with outcomes, success rate and the time from match to delivery", async () => {
  const good = await makeOne("200");
  const bad = await makeOne("500");
  await fire(3);
  base.clock.advance(4_000);
  await deliverOnce(base, good.actionId);
  await deliverOnce(base, bad.actionId);
  const { stepMs, points, figures, before, from, busiest } = await getOverviewFigures(ctx, { from: ago(HOUR_MS) });
  expect(stepMs).toBe(60_000);
  expect(figures).toMatchObject({ received: 3, delivered: 3, failed: 3, skipped: 0, successRate: 0.5 });
  expect(figures.p50Ms).toBeGreaterThan(3_000);
  expect(figures.p95Ms).toBeLessThanOrEqual(5_000);
  expect(points.filter(({ delivered }) => delivered > 0)).toMatchObject([{ delivered: 3, failed: 3, retrying: 0 }]);
  expect([before, from]).toEqual([null, new Date("2026-02-01T12:20:04Z")]);
  expect(busiest.map(({ matched }) => matched)).toEqual([3, 3]);
});

test("a month comes by the day, and beside it the month before", async () => {
  const { actionId } = await makeOne("200");
  await fire(2);
  await deliverOnce(base, actionId);
  base.clock.advance(31 * 24 * HOUR_MS);
  await fire(5);
  await deliverOnce(base, actionId);
  const { stepMs, figures, before } = await getOverviewFigures(ctx, { from: ago(30 * 24 * HOUR_MS) });
  expect(stepMs).toBe(24 * HOUR_MS);
  expect(figures).toMatchObject({ received: 5, delivered: 5, successRate: 1 });
  expect(before!.figures).toMatchObject({ received: 2, delivered: 2 });
});

test("an hour and a month count the same skipped executions, and no repeated event", async () => {
  const { actionId } = await makeOne("200");
  const { projectId } = ctx;
  await base.db.actionConfiguration.update({ where: { id: actionId }, data: { disabledAt: ago(0) } });
  await fire(2);
  const again = makeEvent(base, { id: `obs-${sources}`, name: "a later state" });
  await createExecutions(base, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: [again],
  });
  base.clock.advance(60_000);
  for (const hours of [1, 30 * 24]) {
    const { figures, points } = await getOverviewFigures(ctx, { from: ago(hours * HOUR_MS) });
    expect(figures.skipped).toBe(2);
    expect(points.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(2);
  }
});

const WEEK = [1, 2, 3, 4, 5, 6, 7];

/** Stores the matches of a trigger in an hour of today (day 0) and of earlier days. The trigger is 20 days old. */
async function countMatches(
  triggerId: string,
  { days, hour, matched }: { days: readonly number[]; hour: number; matched: number },
): Promise<void> {
  const { projectId } = ctx;
  await base.db.triggerConfiguration.update({ where: { id: triggerId }, data: { createdAt: ago(20 * 24 * HOUR_MS) } });
  const at = (day: number): Date => new Date(Date.parse(`2026-02-01T${hour}:00:00Z`) - day * 24 * HOUR_MS);
  await base.db.triggerCounter.createMany({
    data: days.map((day) => ({ triggerId, projectId, hour: at(day), matched })),
  });
}

test("a trigger that is silent against the same hours of the last days is named, with its usual rate", async () => {
  const { triggerId } = await makeOne("200");
  await countMatches(triggerId, { days: WEEK, hour: 11, matched: 40 });
  expect((await getOverviewFigures(ctx, { from: ago(HOUR_MS) })).unusual).toMatchObject([
    { id: triggerId, kind: "silent", usual: 40, matched: 0 },
  ]);
});

test("each hour of a trigger is compared with the same hour of earlier days, and hours are not added up", async () => {
  const { triggerId } = await makeOne("200");
  const unusual = async () => (await getOverviewFigures(ctx, { from: ago(HOUR_MS) })).unusual;
  // A trigger with 1 match at 11 and 100 at 12 on each day is as usual, today too.
  await countMatches(triggerId, { days: WEEK, hour: 11, matched: 1 });
  await countMatches(triggerId, { days: WEEK, hour: 12, matched: 100 });
  await countMatches(triggerId, { days: [0], hour: 11, matched: 4 });
  await countMatches(triggerId, { days: [0], hour: 12, matched: 499 });
  expect(await unusual()).toEqual([]);
  await base.db.triggerCounter.updateMany({ where: { triggerId, matched: 499 }, data: { matched: 500 } });
  expect(await unusual()).toMatchObject([{ id: triggerId, kind: "busy", usual: 100, matched: 500 }]);
});

test("a project without an event has figures of nothing, and no figure is of another project", async () => {
  const { actionId } = await makeOne("200");
  await fire(1);
  await deliverOnce(base, actionId);
  const other = makeSystemProjectContext(base, (await makeProject(base)).id);
  expect(await getOverviewFigures(other, { from: ago(HOUR_MS) })).toMatchObject({
    figures: { received: 0, delivered: 0, successRate: null, p95Ms: null },
    before: null,
    busiest: [],
    unusual: [],
  });
});

test("the engine is behind if a due execution waits for minutes, but not if its action is paused", async () => {
  const { actionId } = await makeOne("200");
  await fire(1);
  base.clock.advance(5 * 60_000);
  const read = async () => (await getOverviewFigures(ctx, { from: ago(HOUR_MS) })).engine;
  expect(await read()).toEqual({ isBehind: true, oldestDueMs: 300_000 });
  await base.db.actionConfiguration.update({ where: { id: actionId }, data: { pausedAt: base.now() } });
  expect(await read()).toEqual({ isBehind: false, oldestDueMs: 0 });
});
