import { beforeEach, describe, expect, test } from "vitest";
import { emptyFilter, type Filter } from "@/domain/filter/schema";
import { TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { levelIs, makeAction, makeEvent, makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { writeShadowComparisons } from "../action-creation/write-shadow-comparisons";
import { createTriggerCache, type TriggerCache } from "../matching/trigger-cache";
import { createTrigger } from "../triggers/create-trigger";
import { removeTrigger } from "../triggers/remove-trigger";
import { updateTrigger } from "../triggers/update-trigger";
import { getTrigger } from "../triggers/get-trigger";
import { listVersions } from "../versions/list-versions";
import { deleteShadow, applyShadowToTrigger } from "./end-shadow";
import { getShadow } from "./get-shadow";
import { listShadowDifferences } from "./list-shadow-differences";
import { startShadow } from "./start-shadow";

const { ctx, receiver } = useTestContext();
let project: ProjectContext;
let cache: TriggerCache;
let input: TriggerInput;
let triggerId: string;

beforeEach(async () => {
  project = makeSystemProjectContext(ctx, (await makeProject(ctx)).id);
  cache = createTriggerCache();
  const action = await makeAction(ctx, project.projectId, receiver.url("200"));
  const actionIds = [action.id];
  input = TriggerInput.parse({
    name: "Errors",
    eventSource: "observation.created",
    filter: levelIs("ERROR"),
    actionIds,
  });
  triggerId = (await createTrigger(project, input)).id;
});

const observe = (...observations: { id: string; [field: string]: unknown }[]) =>
  createExecutions(ctx, cache, {
    projectId: project.projectId,
    eventSource: "observation.created",
    events: observations.map((observation) => makeEvent(ctx, observation)),
  });
const start = async (filter: Filter, samplingRate = 1) => {
  const { version } = await getTrigger(project, { triggerId });
  return startShadow(project, { triggerId, version, shadow: { filter, samplingRate, samplingBy: "source" } });
};
const counts = async () => (await getShadow(project, { triggerId }))?.counts;
const differences = async () =>
  (await listShadowDifferences(project, { triggerId })).items.map(({ sourceId, active, proposed }) => [
    sourceId,
    active,
    proposed,
  ]);
const executions = () => ctx.db.actionExecution.count({ where: { projectId: project.projectId } });
const none = { bothFired: 0, more: 0, fewer: 0, neither: 0, undecided: 0 };

test("a shadow counts how it differs from its trigger and lists where, and sends nothing", async () => {
  await start(levelIs("ERROR", "WARNING"));
  await observe(
    { id: "e", level: "ERROR" },
    { id: "w", level: "WARNING", name: "chat" },
    { id: "d", level: "DEFAULT" },
  );
  expect(await executions()).toBe(1);
  expect(await counts()).toEqual({ ...none, bothFired: 1, more: 1, neither: 1 });
  const { items } = await listShadowDifferences(project, { triggerId });
  expect(items).toEqual([
    { sourceId: "w", name: "chat", active: "not_matched", proposed: "fires", decidedAt: ctx.now() },
  ]);
});

test("a shadow samples by the trigger's own hash, so a lower rate only drops, and each drop is listed", async () => {
  await start(levelIs("ERROR"), 0.5);
  const ids = Array.from({ length: 40 }, (_, n) => `obs-${n}`);
  await observe(...ids.map((id) => ({ id, level: "ERROR" })));
  const { bothFired, fewer, ...others } = (await counts())!;
  expect(bothFired + fewer).toBe(40);
  expect(Math.min(bothFired, fewer)).toBeGreaterThan(5);
  expect(others).toEqual({ more: 0, neither: 0, undecided: 0 });
  const listed = await listShadowDifferences(project, { triggerId, limit: 200 });
  expect(listed.items).toHaveLength(fewer);
  expect(new Set(listed.items.map(({ active, proposed }) => `${active} ${proposed}`))).toEqual(
    new Set(["fires sampled_out"]),
  );
  const first = await listShadowDifferences(project, { triggerId, limit: 3 });
  const second = await listShadowDifferences(project, { triggerId, limit: 3, cursor: first.nextCursor });
  expect([...first.items, ...second.items]).toEqual(listed.items.slice(0, 6));
});

test("an observation that grows is listed as long as its latest state differs", async () => {
  await start(levelIs("WARNING"));
  await observe({ id: "a", level: "WARNING" });
  expect(await differences()).toEqual([["a", "not_matched", "fires"]]);
  ctx.clock.advance(1_000);
  await observe({ id: "a", level: "ERROR" });
  expect(await differences()).toEqual([["a", "fires", "not_matched"]]);
  ctx.clock.advance(1_000);
  await observe({ id: "a", level: "DEFAULT" });
  expect(await differences()).toEqual([]);
  expect(await counts()).toEqual({ ...none, more: 1, fewer: 1, neither: 1 });
});

test("a repeated batch counts nothing twice", async () => {
  await start(emptyFilter);
  const events = [makeEvent(ctx, { id: "a", level: "DEFAULT" }), makeEvent(ctx, { id: "b", level: "ERROR" })];
  const batch = { projectId: project.projectId, eventSource: "observation.created", events };
  await createExecutions(ctx, cache, { ...batch });
  await createExecutions(ctx, cache, { ...batch });
  expect(await counts()).toEqual({ ...none, bothFired: 1, more: 1 });
});

test("batches of two processes add up, and none deadlocks over several shadows", async () => {
  await start(emptyFilter);
  const other = await createTrigger(project, { ...input, name: "Others" });
  const shadow = { filter: emptyFilter, samplingRate: 0, samplingBy: "source" as const };
  await startShadow(project, { triggerId: other.id, version: 1, shadow });
  const caches = [createTriggerCache(), createTriggerCache()];
  await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      createExecutions(ctx, caches[n % 2]!, {
        projectId: project.projectId,
        eventSource: "observation.created",
        events: [makeEvent(ctx, { id: `obs-${n}`, level: "ERROR" })],
      }),
    ),
  );
  expect(await counts()).toEqual({ ...none, bothFired: 12 });
  expect((await getShadow(project, { triggerId: other.id }))!.counts).toEqual({ ...none, fewer: 12 });
});

test("a batch whose process still knows a dropped shadow is processed without it", async () => {
  await start(emptyFilter);
  await observe({ id: "a" });
  await ctx.db.triggerShadow.deleteMany({ where: { triggerId } });
  await observe({ id: "b", level: "ERROR" });
  expect(await executions()).toBe(1);
  expect(await getShadow(project, { triggerId })).toBeNull();
});

test("a batch without a shadow makes no statement for shadows", async () => {
  const load = () =>
    ctx.db.$transaction((tx) =>
      cache.load(ctx, tx, { projectId: project.projectId, eventSource: "observation.created" }),
    );
  expect((await load()).shadowed).toEqual([]);
  const untouchable = new Proxy({} as typeof ctx.db, {
    get: (_target, name) => {
      throw new Error(`The transaction was asked for ${String(name)}.`);
    },
  });
  await writeShadowComparisons(untouchable, new Map(), ctx.now());
  await start(emptyFilter);
  expect((await load()).shadowed).toMatchObject([{ id: triggerId }]);
});

describe("the end of a shadow", () => {
  test("promoting gives the trigger the filter and the sampling, and leaves its other fields", async () => {
    await start(levelIs("WARNING"), 0.25);
    const { version } = await getTrigger(project, { triggerId });
    await expect(applyShadowToTrigger(project, { triggerId, version: version - 1 })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await applyShadowToTrigger(project, { triggerId, version });
    expect(await getTrigger(project, { triggerId })).toMatchObject({
      name: "Errors",
      filter: levelIs("WARNING"),
      samplingRate: 0.25,
      actionIds: input.actionIds,
      version: version + 1,
    });
    expect(await getShadow(project, { triggerId })).toBeNull();
    await observe({ id: "e", level: "ERROR" });
    expect(await executions()).toBe(0);
  });

  test("dropping leaves the trigger as it is, and both are versions with their words", async () => {
    await start(levelIs("WARNING"));
    await deleteShadow(project, { triggerId, version: 2 });
    expect(await getTrigger(project, { triggerId })).toMatchObject({ filter: levelIs("ERROR"), version: 3 });
    await expect(deleteShadow(project, { triggerId, version: 3 })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { items } = await listVersions(project, { kind: "trigger", targetId: triggerId });
    expect(items.map(({ version, summary }) => [version, summary])).toEqual([
      [3, "Dropped the shadow."],
      [2, "Started a shadow."],
      [1, "Created."],
    ]);
    expect(items[1]!.changes).toEqual([
      { field: "shadow", label: "Shadow", before: null, after: expect.stringContaining("WARNING, 100 %") },
    ]);
  });

  test("a change of when the trigger fires starts the counts anew; a new name does not", async () => {
    await start(emptyFilter);
    await observe({ id: "a" });
    await updateTrigger(project, { triggerId, version: 2, trigger: { ...input, name: "All errors" } });
    expect(await counts()).toEqual({ ...none, more: 1 });
    await updateTrigger(project, { triggerId, version: 3, trigger: { ...input, samplingRate: 0.5 } });
    expect(await counts()).toEqual(none);
    expect(await differences()).toEqual([]);
  });

  test("a deleted trigger has no shadow", async () => {
    await start(emptyFilter);
    await removeTrigger(project, { triggerId });
    expect(await ctx.db.triggerShadow.count({ where: { triggerId } })).toBe(0);
  });
});

test("a filter that does not fit is refused with its place, like one of a trigger", async () => {
  const filter: Filter = {
    ...emptyFilter,
    children: [{ type: "condition", column: "levl", operator: "=", value: "ERROR" }],
  };
  await expect(start(filter)).rejects.toMatchObject({
    code: "BAD_REQUEST",
    fields: { "filter.0": expect.any(String) },
  });
  expect(await getTrigger(project, { triggerId })).toMatchObject({ version: 1 });
});
