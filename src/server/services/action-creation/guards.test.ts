import { beforeEach, describe, expect, test } from "vitest";
import { deliverOnce } from "@/test/deliver";
import { levelIs, makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "./create-executions";
import { createTriggerCache, type TriggerCache } from "../matching/trigger-cache";

const { ctx, receiver } = useTestContext();
let cache: TriggerCache;
let projectId: string;
let actionId: string;

beforeEach(async () => {
  receiver.clear();
  cache = createTriggerCache();
  projectId = (await makeProject(ctx)).id;
  actionId = (await makeAction(ctx, projectId, receiver.url("200"))).id;
});

const fire = (...ids: string[]) =>
  createExecutions(ctx, cache, {
    projectId,
    eventSource: "observation.created",
    events: ids.map((id) => makeEvent(ctx, { id, level: "ERROR" })),
  });
const statuses = async () =>
  (await ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { id: "asc" } })).map((row) => row.status);
const counters = (triggerId: string) =>
  ctx.db.triggerCounter.findMany({ where: { triggerId }, orderBy: { hour: "asc" } });
const names = (count: number, prefix = "obs") => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe("a cap of executions an hour", () => {
  test("skips executions beyond the cap, with the reason, and creates executions again in the next hour", async () => {
    const trigger = await makeTrigger(ctx, projectId, [actionId], { capPerHour: 3 });
    await fire("a", "b");
    await fire("c", "d", "e");
    expect(await statuses()).toEqual(["PENDING", "PENDING", "PENDING", "SKIPPED", "SKIPPED"]);
    const skipped = await ctx.db.actionExecution.findFirst({ where: { projectId, status: "SKIPPED" } });
    expect(skipped).toMatchObject({
      statusReason: "Skipped: over the trigger's cap of executions an hour.",
      input: expect.stringContaining('"d"'),
    });
    expect(await counters(trigger.id)).toMatchObject([{ matched: 5, created: 3, skipped: 2 }]);
    ctx.clock.advance(3_600_000);
    await fire("f");
    expect((await statuses()).at(-1)).toBe("PENDING");
  });

  test("holds while batches of several processes decide at the same time", async () => {
    await makeTrigger(ctx, projectId, [actionId], { capPerHour: 10 });
    await makeTrigger(ctx, projectId, [actionId], { capPerHour: 4 });
    await Promise.all(
      names(6).map((name) =>
        createExecutions(ctx, createTriggerCache(), {
          projectId,
          eventSource: "observation.created",
          events: names(5, name).map((id) => makeEvent(ctx, { id })),
        }),
      ),
    );
    const all = await statuses();
    expect(all.filter((status) => status === "PENDING")).toHaveLength(14);
    expect(all).toHaveLength(60);
  });
});

describe("settling", () => {
  test("each newer matching state restarts the delay, and a run at the old time sends nothing", async () => {
    await makeTrigger(ctx, projectId, [actionId], { delaySeconds: 60, delayMode: "quiet" });
    await fire("obs-1");
    ctx.clock.advance(30_000);
    expect(await fire("obs-1")).toEqual([{ projectId, actionId, dueAt: new Date(ctx.now().getTime() + 60_000) }]);
    ctx.clock.advance(30_000);
    expect(await deliverOnce(ctx, actionId)).toBe(0);
    expect(receiver.requests).toHaveLength(0);
    ctx.clock.advance(30_000);
    expect(await deliverOnce(ctx, actionId)).toBe(1);
    expect(receiver.requests).toHaveLength(1);
  });

  test("a constantly updated observation is delivered after ten periods, with its latest state", async () => {
    await makeTrigger(ctx, projectId, [actionId], { delaySeconds: 10, delayMode: "quiet" });
    const createdAt = ctx.now().getTime();
    const update = (n: number) =>
      createExecutions(ctx, cache, {
        projectId,
        eventSource: "observation.created",
        events: [makeEvent(ctx, { id: "obs-1", statusMessage: `update ${n}` })],
      });
    await update(0);
    for (let n = 1; n <= 12; n++) {
      ctx.clock.advance(8_000);
      await update(n);
    }
    expect(await ctx.db.actionExecution.findMany({ where: { projectId } })).toMatchObject([
      { status: "PENDING", dueAt: new Date(createdAt + 100_000) },
    ]);
    ctx.clock.advance(4_000);
    expect(await deliverOnce(ctx, actionId)).toBe(1);
    expect(receiver.requests.map(({ rawBody }) => /update \d+/.exec(rawBody)?.[0])).toEqual(["update 12"]);
  });

  test("with a fixed delay a newer state replaces the input and keeps the due time", async () => {
    await makeTrigger(ctx, projectId, [actionId], { delaySeconds: 60 });
    const [wake] = await fire("obs-1");
    ctx.clock.advance(30_000);
    await fire("obs-1");
    expect(await ctx.db.actionExecution.findMany({ where: { projectId } })).toMatchObject([{ dueAt: wake!.dueAt }]);
  });
});

describe("counters", () => {
  test("equal the counts of rows: sampled in and out, created, delivered and failed", async () => {
    const failing = (await makeAction(ctx, projectId, receiver.url("500"), { retry: { preset: "none" } })).id;
    const trigger = await makeTrigger(ctx, projectId, [actionId, failing], {
      filter: levelIs("ERROR"),
      samplingRate: 0.5,
    });
    // An endpoint without a success gets 25 requests at once. The breaker would keep back any further ones.
    const wakes = await fire(...names(24));
    for (const id of [actionId, failing]) await deliverOnce(ctx, id);
    const [row] = await counters(trigger.id);
    const count = (status: "COMPLETED" | "ERROR") => ctx.db.actionExecution.count({ where: { projectId, status } });
    expect(row).toMatchObject({
      matched: 24,
      delivered: await count("COMPLETED"),
      failed: await count("ERROR"),
      created: wakes.length,
    });
    expect(row!.sampledIn + row!.sampledOut).toBe(24);
    expect(row!.sampledIn).toBe(wakes.length / 2);
    expect(row!.delivered).toBeGreaterThan(0);
    expect(row!.failed).toBe(row!.delivered);
  });

  test("of events are one row for all triggers, by the revision that decided them", async () => {
    await makeTrigger(ctx, projectId, [actionId]);
    await fire("a", "b");
    await makeTrigger(ctx, projectId, [actionId]);
    await fire("c");
    const rows = await ctx.db.evaluationCounter.findMany({ where: { projectId }, orderBy: { revision: "asc" } });
    expect(rows.map((row) => row.events)).toEqual([2, 1]);
  });
});
