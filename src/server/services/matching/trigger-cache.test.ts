import { beforeEach, expect, test } from "vitest";
import { levelIs, makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createTriggerCache, type TriggerCache, type ActiveTriggerSet } from "./trigger-cache";

const { ctx } = useTestContext();
let cache: TriggerCache;
let projectId: string;
let actionId: string;

beforeEach(async () => {
  cache = createTriggerCache();
  projectId = (await makeProject(ctx)).id;
  actionId = (await makeAction(ctx, projectId, "https://example.com/hook")).id;
});

const load = (from = cache) => from.load(ctx, ctx.db, { projectId, eventSource: "observation.created" });
const error = () => makeEvent(ctx, { id: "obs-1", level: "ERROR" }).data;
const matched = (set: ActiveTriggerSet, payload = error()) =>
  set.match(payload).map(({ id, version }) => ({ id, version }));
const change = (id: string, data: object) =>
  ctx.db.triggerConfiguration.update({ where: { id }, data: { ...data, version: { increment: 1 } } });

/** The triggers that a new process would load. */
const asAfresh = async (set: ActiveTriggerSet) => {
  const fresh = await load(createTriggerCache());
  expect(set.revision).toBe(fresh.revision);
  expect(
    [...set.byId.values()].map(({ filter: _filter, ...rest }) => rest).sort((a, b) => (a.id < b.id ? -1 : 1)),
  ).toEqual([...fresh.byId.values()].map(({ filter: _filter, ...rest }) => rest));
  expect(matched(set)).toEqual(matched(fresh));
};

test("the next batch sees every change: new, changed, off, on again, deleted, gone", async () => {
  const one = await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
  expect(matched(await load())).toEqual([{ id: one.id, version: 1 }]);
  const two = await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
  await asAfresh(await load());
  expect(matched(await load())).toHaveLength(2);

  await change(one.id, { filter: levelIs("DEBUG") });
  expect(matched(await load()).map(({ id }) => id)).toEqual([two.id]);
  await change(two.id, { status: "DISABLED" });
  await asAfresh(await load());
  expect(matched(await load())).toEqual([]);
  await change(two.id, { status: "ACTIVE" });
  expect(matched(await load())).toEqual([{ id: two.id, version: 3 }]);

  await ctx.db.triggerConfiguration.delete({ where: { id: two.id } });
  await asAfresh(await load());
  await change(one.id, { deletedAt: ctx.now() });
  await asAfresh(await load());
  expect((await load()).byId.size).toBe(0);
});

test("a change of an action, or of which actions a trigger has, is a change of the trigger", async () => {
  const trigger = await makeTrigger(ctx, projectId, [actionId]);
  await load();
  await ctx.db.actionConfiguration.update({ where: { id: actionId }, data: { disabledAt: ctx.now() } });
  expect((await load()).byId.get(trigger.id)!.actions).toMatchObject([{ id: actionId, enabled: false }]);
  const other = (await makeAction(ctx, projectId, "https://example.com/other")).id;
  await ctx.db.triggerAction.create({ data: { triggerId: trigger.id, actionId: other, position: 1 } });
  await asAfresh(await load());
  expect((await load()).byId.get(trigger.id)!.actions).toHaveLength(2);
  await ctx.db.actionConfiguration.delete({ where: { id: other } });
  await asAfresh(await load());
  expect((await load()).byId.get(trigger.id)!.actions).toHaveLength(1);
});

test("a batch under way decides by the triggers that it has loaded", async () => {
  const trigger = await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
  const before = await load();
  await change(trigger.id, { filter: levelIs("DEBUG") });
  const added = await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
  const after = await load();
  expect(matched(after)).toEqual([{ id: added.id, version: 1 }]);
  expect(matched(before)).toEqual([{ id: trigger.id, version: 1 }]);
});

test("batches that load at the same time, around a change, all see the stored triggers in the end", async () => {
  const triggers = [];
  for (let n = 0; n < 5; n++)
    triggers.push(await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") }));
  await load();
  await Promise.all(
    triggers.flatMap(({ id }, n) => [load(), change(id, { filter: levelIs(n % 2 === 0 ? "DEBUG" : "ERROR") }), load()]),
  );
  await asAfresh(await load());
  expect(matched(await load())).toHaveLength(2);
});

test("a filter that cannot be evaluated any more is reported with its trigger, and harms no other one", async () => {
  const good = await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
  const bad = await makeTrigger(ctx, projectId, [actionId], { filter: levelIs("ERROR") });
  await load();
  await change(bad.id, {
    filter: {
      type: "group",
      match: "all",
      children: [{ type: "condition", column: "nowhere", operator: "=", value: "x" }],
    },
  });
  const set = await load();
  expect(matched(set).map(({ id }) => id)).toEqual([good.id]);
  expect(set.broken).toMatchObject([{ id: bad.id, problem: expect.stringContaining("nowhere") }]);
});
