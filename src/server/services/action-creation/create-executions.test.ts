import { beforeEach, describe, expect, test } from "vitest";
import type { Filter } from "@/domain/filter/schema";
import { levelIs, makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "./create-executions";
import type { ActionWake } from "../wakes/wake-actions";
import type { BatchEvent } from "../batch-event";
import { createTriggerCache, type TriggerCache } from "../matching/trigger-cache";

const { ctx } = useTestContext();
let cache: TriggerCache;
let projectId: string;
let actionId: string;

beforeEach(async () => {
  cache = createTriggerCache();
  projectId = (await makeProject(ctx)).id;
  actionId = (await makeAction(ctx, projectId, "https://example.com/hook")).id;
});

const run = (...events: BatchEvent[]): Promise<ActionWake[]> =>
  createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events });
const executions = () => ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { id: "asc" } });
const decisions = async () =>
  (await ctx.db.decision.findMany({ where: { projectId }, orderBy: { id: "asc" } })).map((row) => row.kind);
const error = (id: string, change: object = {}) => ({ id, level: "ERROR", ...change });

describe("creation", () => {
  test("a match makes one execution with its input, a decision with the reason, and asks for a wake", async () => {
    const trigger = await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
    const result = await run(
      makeEvent(ctx, error("obs-1", { name: "chat" })),
      makeEvent(ctx, { id: "obs-2", level: "DEFAULT" }),
    );

    const [execution, ...others] = await executions();
    expect(others).toEqual([]);
    expect(execution).toMatchObject({
      triggerId: trigger.id,
      actionId,
      sourceId: "obs-1",
      status: "PENDING",
    });
    expect(JSON.parse(execution!.input!)).toMatchObject({
      type: "observation.created",
      data: { execution: { id: execution!.id }, observation: { id: "obs-1", name: "chat" } },
    });
    expect(result).toEqual([{ projectId, actionId, dueAt: ctx.now() }]);
    expect(await decisions()).toEqual(["created"]);
    expect(await ctx.db.observation.count({ where: { projectId } })).toBe(2);
    expect(await ctx.db.triggerCounter.findFirst({ where: { triggerId: trigger.id } })).toMatchObject({
      matched: 1,
      created: 1,
    });
  });

  test("each trigger and each of its actions gets an execution of its own", async () => {
    const second = await makeAction(ctx, projectId, "https://example.com/other");
    await makeTrigger(ctx, projectId, [actionId, second.id]);
    await makeTrigger(ctx, projectId, [actionId]);
    await run(makeEvent(ctx, error("obs-1")));
    expect(await executions()).toHaveLength(3);
  });

  test("an observation that matches twice makes one execution, whose input is the newer state", async () => {
    await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
    await run(makeEvent(ctx, error("obs-1", { name: "first" })));
    await run(makeEvent(ctx, error("obs-1", { name: "second" }), { ts: ctx.now().getTime() + 1 }));
    const [execution, ...others] = await executions();
    expect(others).toEqual([]);
    expect(JSON.parse(execution!.input!).data.observation.name).toBe("second");
    expect(await decisions()).toEqual(["created", "skipped_exists"]);
  });

  test("two batches about the same observation at the same time make one execution", async () => {
    await makeTrigger(ctx, projectId, [actionId]);
    const ts = ctx.now().getTime();
    const batches = Array.from({ length: 6 }, (_, index) => [
      makeEvent(ctx, error("a", { name: `a${index}` }), { ts: ts + index }),
      makeEvent(ctx, error("b"), { ts: ts + index }),
    ]);
    await Promise.all(batches.map((events, index) => run(...(index % 2 ? events : events.reverse()))));
    expect(await executions()).toHaveLength(2);
    const latest = await ctx.db.observation.findUnique({
      where: { projectId_eventSource_id: { projectId, eventSource: "observation.created", id: "a" } },
    });
    expect(JSON.parse(latest!.state!).observation.name).toBe("a5");
  });

  test("a rate of 0 samples out, and says by how much", async () => {
    await makeTrigger(ctx, projectId, [actionId], { samplingRate: 0 });
    await run(makeEvent(ctx, error("obs-1")));
    expect(await executions()).toEqual([]);
    expect(await decisions()).toEqual(["sampled_out"]);
  });

  test("an action that is off is kept as SKIPPED", async () => {
    await makeTrigger(ctx, projectId, [actionId]);
    await ctx.db.actionConfiguration.update({ where: { id: actionId }, data: { disabledAt: ctx.now() } });
    expect(await run(makeEvent(ctx, error("obs-1")))).toEqual([]);
    expect(await executions()).toMatchObject([{ status: "SKIPPED" }]);
  });

  test("a delay makes an execution that waits in a run of its own", async () => {
    await makeTrigger(ctx, projectId, [actionId], { delaySeconds: 60 });
    expect(await run(makeEvent(ctx, error("obs-1")))).toEqual([
      { projectId, actionId, dueAt: new Date(ctx.now().getTime() + 60_000) },
    ]);
  });

  test("nothing crosses projects: the same observation id in another project is another observation", async () => {
    await makeTrigger(ctx, projectId, [actionId]);
    const other = await makeProject(ctx);
    await createExecutions(ctx, cache, {
      projectId: other.id,
      eventSource: "observation.created",
      events: [makeEvent(ctx, error("obs-1"))],
    });
    expect(await executions()).toEqual([]);
    expect(await ctx.db.observation.count({ where: { id: "obs-1", projectId: other.id } })).toBe(1);
  });

  test("a trigger that changes decides by its new filter from the next batch on", async () => {
    const trigger = await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
    await run(makeEvent(ctx, { id: "obs-1", level: "WARNING" }));
    await ctx.db.triggerConfiguration.update({
      where: { id: trigger.id },
      data: { filter: levelIs("WARNING") as object, version: 2 },
    });
    await run(makeEvent(ctx, { id: "obs-2", level: "WARNING" }));
    expect(await executions()).toMatchObject([{ sourceId: "obs-2", triggerVersion: 2 }]);
    await ctx.db.triggerConfiguration.update({ where: { id: trigger.id }, data: { status: "DISABLED" } });
    await run(makeEvent(ctx, { id: "obs-3", level: "WARNING" }));
    expect(await executions()).toHaveLength(1);
  });
});

describe("cancelling", () => {
  test("an upsert that stops matching cancels what waits, and a new match undoes it", async () => {
    await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR"), delaySeconds: 60 });
    await run(makeEvent(ctx, error("obs-1")));
    const [first] = await executions();
    ctx.clock.advance(1_000);

    const second = await run(makeEvent(ctx, { id: "obs-1", level: "DEFAULT" }));
    expect(await executions()).toMatchObject([{ status: "CANCELLED", cancelledBy: "SYSTEM" }]);
    expect(second).toEqual([]);

    ctx.clock.advance(1_000);
    const third = await run(makeEvent(ctx, error("obs-1", { name: "again" })));
    expect(await executions()).toMatchObject([
      { id: first!.id, status: "PENDING", cancelledBy: null, finishedAt: null },
    ]);
    expect(third).toEqual([{ projectId, actionId, dueAt: new Date(ctx.now().getTime() + 60_000) }]);
    expect(await decisions()).toEqual(["created", "cancelled", "skipped_exists"]);
  });

  test.each([
    ["an emoji at every place of a cut", "😀".repeat(200)],
    ["an emoji at every other place of a cut", `x${"😀".repeat(200)}`],
  ])("a reason that names a long value with %s is stored", async (_what, value) => {
    const filter = {
      type: "group",
      match: "all",
      children: [{ type: "condition", column: "name", operator: "=", value }],
    };
    await makeTrigger(ctx, projectId, [actionId], { filter: filter as Filter, delaySeconds: 60 });
    await run(makeEvent(ctx, { id: "obs-1", name: value }));
    ctx.clock.advance(1_000);
    await run(makeEvent(ctx, { id: "obs-1", name: "other" }));
    expect(await executions()).toMatchObject([{ status: "CANCELLED", statusSeen: expect.stringContaining("😀…") }]);
    expect(await ctx.db.rejectedEvent.count({ where: { projectId } })).toBe(0);
  });

  test("what a person cancelled stays cancelled", async () => {
    await makeTrigger(ctx, projectId, [actionId]);
    await run(makeEvent(ctx, error("obs-1")));
    await ctx.db.actionExecution.updateMany({
      where: { projectId },
      data: { status: "CANCELLED", cancelledBy: "USER" },
    });
    await run(makeEvent(ctx, error("obs-1"), { ts: ctx.now().getTime() + 1 }));
    expect(await executions()).toMatchObject([{ status: "CANCELLED", cancelledBy: "USER" }]);
  });

  test("one on the wire is marked, not cancelled", async () => {
    await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
    await run(makeEvent(ctx, error("obs-1")));
    await ctx.db.actionExecution.updateMany({
      where: { projectId },
      data: { status: "RUNNING", attemptCount: 1 },
    });
    await run(makeEvent(ctx, { id: "obs-1" }, { ts: ctx.now().getTime() + 1 }));
    expect(await executions()).toMatchObject([{ status: "RUNNING", cancelRequestedAt: ctx.now() }]);
  });
});

describe("order and repetition", () => {
  test("a repeated batch changes nothing and counts nothing twice", async () => {
    const trigger = await makeTrigger(ctx, projectId, [actionId]);
    const events = [
      makeEvent(ctx, error("obs-1", { name: "one" })),
      makeEvent(ctx, error("obs-1", { name: "two" })),
      makeEvent(ctx, error("obs-2")),
    ];
    await run(...events);
    const before = await executions();
    await run(...events);
    expect(await executions()).toEqual(before);
    expect(await decisions()).toEqual(["created", "skipped_exists", "created"]);
    expect(await ctx.db.triggerCounter.findFirst({ where: { triggerId: trigger.id } })).toMatchObject({ created: 2 });
    expect(await ctx.db.evaluationCounter.findMany({ where: { projectId } })).toMatchObject([{ events: 3 }]);
  });

  test("a repeated batch asks for the wake of what waits, changed or not, and moves no due time", async () => {
    await makeTrigger(ctx, projectId, [actionId]);
    const event = makeEvent(ctx, error("obs-1"));
    const wakes = await run(event);
    ctx.clock.advance(1_000);
    expect(await run(event)).toEqual(wakes);
  });

  test("an event older than the stored state changes nothing and says so", async () => {
    await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
    const newer = new Date(ctx.now().getTime() - 1_000).toISOString();
    const older = new Date(ctx.now().getTime() - 60_000).toISOString();
    await run(makeEvent(ctx, error("obs-1", { updatedAt: newer })));
    await run(makeEvent(ctx, { id: "obs-1", level: "DEFAULT", updatedAt: older }));
    expect(await executions()).toMatchObject([{ status: "PENDING" }]);
    expect(await decisions()).toEqual(["created", "ignored_older"]);
    expect(await ctx.db.observation.findFirst({ where: { projectId } })).toMatchObject({
      level: "ERROR",
      revisionCount: 1,
    });
  });

  test("events of one batch apply in the order of updatedAt, whatever their order in it", async () => {
    const at = (ms: number) => new Date(ctx.now().getTime() - ms).toISOString();
    await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
    await run(
      makeEvent(ctx, { id: "obs-1", level: "DEFAULT", updatedAt: at(10) }),
      makeEvent(ctx, error("obs-1", { updatedAt: at(20) })),
    );
    expect(await executions()).toMatchObject([{ status: "CANCELLED" }]);
    expect(await decisions()).toEqual(["created", "cancelled"]);
  });

  test("superseded states are kept as revisions, the newest with the observation", async () => {
    const ts = ctx.now().getTime();
    const names = ["one", "two", "two", "three"];
    for (const [index, name] of names.entries()) await run(makeEvent(ctx, { id: "obs-1", name }, { ts: ts + index }));
    const revisions = await ctx.db.observationRevision.findMany({ where: { projectId }, orderBy: { orderAt: "asc" } });
    expect(revisions.map((row) => [row.outcome, row.state && JSON.parse(row.state).observation.name])).toEqual([
      ["APPLIED", "one"],
      ["APPLIED", null],
      ["UNCHANGED", "two"],
      ["APPLIED", null],
    ]);
    expect(await ctx.db.observation.findFirst({ where: { projectId } })).toMatchObject({
      name: "three",
      revisionCount: 3,
    });
  });
});

describe("bad events", () => {
  test("one that does not parse is kept with its reason, and the rest of its batch goes on", async () => {
    await makeTrigger(ctx, projectId, [actionId]);
    const bad = { ...makeEvent(ctx, { id: "x" }), data: { observation: { name: "no id" } } };
    await run(bad, makeEvent(ctx, error("obs-1")));
    expect(await executions()).toHaveLength(1);
    expect(await ctx.db.rejectedEvent.findMany({ where: { projectId } })).toMatchObject([
      { eventId: bad.id, reason: expect.stringContaining("observation.id") },
    ]);
    await run(bad);
    expect(await ctx.db.rejectedEvent.count({ where: { projectId } })).toBe(1);
  });

  test("one more than five minutes in the future is rejected", async () => {
    await run(makeEvent(ctx, { id: "obs-1", updatedAt: new Date(ctx.now().getTime() + 301_000).toISOString() }));
    expect(await ctx.db.rejectedEvent.findMany({ where: { projectId } })).toMatchObject([
      { reason: expect.stringContaining("in the future") },
    ]);
    expect(await ctx.db.observation.count({ where: { projectId } })).toBe(0);
  });

  test("one that the database refuses is isolated by splitting the batch", async () => {
    await makeTrigger(ctx, projectId, [actionId]);
    // No column holds this place in a request. Such an event must not make its whole batch fail.
    const events = [
      makeEvent(ctx, error("obs-1")),
      makeEvent(ctx, error("obs-2"), { place: 2 ** 40 }),
      makeEvent(ctx, error("obs-3")),
    ];
    expect(await run(...events)).toHaveLength(2);
    expect((await executions()).map((row) => row.sourceId).sort()).toEqual(["obs-1", "obs-3"]);
    expect(await ctx.db.rejectedEvent.findMany({ where: { projectId } })).toMatchObject([
      { eventId: events[1]!.id, reason: expect.stringContaining("could not be processed") },
    ]);
  });
});
