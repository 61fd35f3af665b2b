import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Filter, FilterCondition } from "@/domain/filter/schema";
import { TriggerInput } from "@/domain/trigger";
import type { ComputeBudgets } from "@/server/compute/compute";
import { createTestContext, type TestContext } from "@/test/context";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "./create-executions";
import { estimateBackfill } from "../backfills/estimate-backfill";
import { startBackfill } from "../backfills/start-backfill";
import { explainTriggerForSubject } from "../explain/explain-trigger-for-subject";
import { runJobChunk } from "../run-job-chunk";
import { createTriggerCache } from "../matching/trigger-cache";
import { createTrigger } from "../triggers/create-trigger";
import { getTrigger } from "../triggers/get-trigger";
import { listTriggers } from "../triggers/list-triggers";
import { previewTrigger } from "../triggers/preview-trigger";

const plenty = { atOnceMs: 60_000, aSecondMs: 60_000 };
const ample: ComputeBudgets = { subject: plenty, project: plenty, waitMs: 600_000 };
const nothing: ComputeBudgets = { ...ample, project: { atOnceMs: 0, aSecondMs: 0 } };

const start = new Date("2026-02-01T12:00:00Z");
const { ctx, database } = useTestContext({ per: "test", start, budgets: ample });
let projectId: string;
let actionId: string;
const open: TestContext[] = [];

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  actionId = (await makeAction(ctx, projectId, "https://example.com/hook")).id;
});
afterEach(async () => void (await Promise.all(open.splice(0).map((each) => each.close()))));

function withBudget(budgets: ComputeBudgets): TestContext {
  open.push(createTestContext(database.db, { budgets, start }));
  return open.at(-1)!;
}
const all = (...children: FilterCondition[]): Filter => ({ type: "group", match: "all", children });
const matches = (value: string): FilterCondition => ({
  type: "condition",
  column: "input",
  operator: "matches",
  value,
});
const level = (value: string): FilterCondition => ({
  type: "condition",
  column: "level",
  operator: "any of",
  value: [value],
});
const long = "lorem ipsum ".repeat(5_000);
const receive = (by: TestContext, ...observations: { id: string; [field: string]: unknown }[]) =>
  createExecutions(by, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: observations.map((observation) => makeEvent(by, { level: "ERROR", input: long, ...observation })),
  });
const executions = async () =>
  (await ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { sourceId: "asc" } })).map(
    ({ triggerId, sourceId, status }) => ({ triggerId, sourceId, status }),
  );
const errors = (triggerId: string) =>
  ctx.db.decision.findMany({ where: { projectId, triggerId, kind: "filter_error" } });
const as = (by: TestContext) => makeSystemProjectContext(by, projectId);

describe("regular expressions over long texts", () => {
  test("decide like any other condition, even in a batch whose observation stops matching", async () => {
    const hit = await makeTrigger(ctx, projectId, [actionId], {
      delaySeconds: 60,
      filter: all(matches("lorem.*ipsum $")),
    });
    const miss = await makeTrigger(ctx, projectId, [actionId], { filter: all(matches("ipsum [xyz]$")) });
    await receive(ctx, { id: "a" }, { id: "b" }, { id: "b", updatedAt: "2026-02-01T12:00:01Z", input: `${long}.` });
    expect(await executions()).toEqual([
      { triggerId: hit.id, sourceId: "a", status: "PENDING" },
      { triggerId: hit.id, sourceId: "b", status: "CANCELLED" },
    ]);
    expect(await errors(miss.id)).toEqual([]);
    const { now } = await explainTriggerForSubject(as(ctx), { triggerId: miss.id, sourceId: "a" });
    expect(now).toMatchObject({ kind: "not_matched", reason: expect.stringContaining("ipsum [xyz]$") });
  });
});

describe("after a project has used up its time for regular expressions", () => {
  test("a trigger without a regex result shows an error and keeps its executions", async () => {
    const slow = await makeTrigger(ctx, projectId, [actionId], {
      delaySeconds: 60,
      filter: all(matches("lorem.*ipsum $")),
    });
    const plain = await makeTrigger(ctx, projectId, [actionId], { filter: all(level("ERROR")) });
    const elsewhere = await makeTrigger(ctx, projectId, [actionId], {
      filter: all(matches("lorem.*ipsum $"), level("WARNING")),
    });
    await receive(ctx, { id: "a" });
    const poor = withBudget(nothing);
    await receive(poor, { id: "a", updatedAt: "2026-02-01T12:00:01Z", input: `${long}.` }, { id: "b" });
    expect(await executions()).toEqual(
      expect.arrayContaining([
        { triggerId: slow.id, sourceId: "a", status: "PENDING" },
        { triggerId: plain.id, sourceId: "a", status: "PENDING" },
        { triggerId: plain.id, sourceId: "b", status: "PENDING" },
      ]),
    );
    expect(await executions()).toHaveLength(3);
    expect((await errors(slow.id)).map(({ sourceId }) => sourceId).sort()).toEqual(["a", "b"]);
    // The observations do not have the level of this trigger, so the expression's result does not matter.
    expect(await errors(elsewhere.id)).toEqual([]);

    const shown = expect.stringContaining(
      "Events of the last hour were not decided. The filter cannot be evaluated: The regular expression lorem.*ipsum $ has used up its time.",
    );
    expect(await getTrigger(as(ctx), { triggerId: slow.id })).toMatchObject({ problem: shown });
    const { items } = await listTriggers(as(ctx), {});
    expect(items.filter(({ problem }) => problem !== null).map(({ id }) => id)).toEqual([slow.id]);
    expect((await explainTriggerForSubject(as(ctx), { triggerId: slow.id, sourceId: "b" })).history[0]).toMatchObject({
      kind: "filter_error",
    });

    await ctx.db.triggerConfiguration.update({ where: { id: slow.id }, data: { version: { increment: 1 } } });
    expect(await getTrigger(as(ctx), { triggerId: slow.id })).toMatchObject({ problem: null });
  });

  test("a preview and an explanation report it", async () => {
    const trigger = await makeTrigger(ctx, projectId, [actionId], { filter: all(matches("lorem.*ipsum $")) });
    await receive(ctx, { id: "a" });
    const poor = withBudget(nothing);
    const input = {
      eventSource: "observation.created",
      filter: all(matches("lorem")),
      samplingRate: 1,
      samplingBy: "source" as const,
      limit: 500,
    };
    expect(await previewTrigger(as(poor), input)).toMatchObject({
      scanned: 0,
      problem: expect.stringContaining("have used up their time"),
    });
    expect(await previewTrigger(as(ctx), input)).toMatchObject({ scanned: 1, matched: 1, problem: null });
    expect((await explainTriggerForSubject(as(poor), { triggerId: trigger.id, sourceId: "a" })).now).toMatchObject({
      kind: "filter_error",
      reason: expect.stringContaining("have used up their time"),
    });
  });

  test("a backfill waits, and continues at its position", async () => {
    await receive(ctx, { id: "a" }, { id: "b", input: "short" }, { id: "c" });
    const trigger = await createTrigger(
      as(ctx),
      TriggerInput.parse({
        name: "Lorem",
        eventSource: "observation.created",
        filter: all(matches("lorem.*ipsum $")),
        actionIds: [actionId],
      }),
    );
    const range = {
      triggerId: trigger.id,
      from: new Date("2026-02-01T00:00:00Z"),
      to: new Date("2026-02-02T00:00:00Z"),
    };
    expect(await estimateBackfill(as(ctx), range)).toMatchObject({ sampled: { scanned: 3, matched: 2 }, exact: true });
    const poor = withBudget(nothing);
    expect(await estimateBackfill(as(poor), range)).toMatchObject({ exact: false });
    ctx.clock.advance(60_000);
    const { id } = await startBackfill(as(ctx), { ...range, ratePerMinute: 60_000 });
    const job = { jobId: id, generation: 1 };
    expect(await runJobChunk(poor, job)).not.toBeNull();
    expect(await ctx.db.job.findUniqueOrThrow({ where: { id } })).toMatchObject({
      status: "RUNNING",
      processed: 0,
      statusReason: expect.stringContaining("used up their time"),
    });
    while (await runJobChunk(ctx, job));
    expect(await ctx.db.job.findUniqueOrThrow({ where: { id } })).toMatchObject({
      status: "COMPLETED",
      processed: 3,
      matched: 2,
      created: 2,
      statusReason: "",
    });
    expect((await executions()).map(({ sourceId }) => sourceId)).toEqual(["a", "c"]);
  });
});

test("an unreadable stored filter is a problem of its trigger, which can still be opened", async () => {
  const trigger = await makeTrigger(ctx, projectId, [actionId], {
    filter: {
      type: "group",
      match: "all",
      children: [{ type: "condition", column: "level", operator: "resembles", value: "x" }],
    } as unknown as Filter,
  });
  expect(await getTrigger(as(ctx), { triggerId: trigger.id })).toMatchObject({
    problem: expect.stringContaining("cannot be read"),
    filter: { children: [] },
  });
});
