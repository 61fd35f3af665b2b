import { beforeEach, expect, test } from "vitest";
import type { Filter } from "@/domain/filter/schema";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";

const { ctx } = useTestContext({ per: "test", start: new Date("2026-02-01T12:00:00Z") });
let projectId: string;
let api: ReturnType<typeof callerOf>;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  api = callerOf(ctx, await makeUser(ctx, { [projectId]: "member" }));
});

const slowErrors: Filter = {
  type: "group",
  match: "all",
  children: [
    { type: "condition", column: "level", operator: "any of", value: ["ERROR"] },
    { type: "condition", column: "environment", operator: "any of", value: ["production"] },
    { type: "condition", column: "input", operator: "contains", value: "refund" },
  ],
};
const observations = [
  { id: "match", name: "chat", level: "ERROR", environment: "production", input: "refund" },
  { id: "level-1", name: "chat", level: "DEFAULT", environment: "production", input: "refund" },
  { id: "level-2", name: "judge", level: "WARNING", environment: "production", input: "refund" },
  { id: "input-1", name: "chat", level: "ERROR", environment: "production", input: "hello" },
  { id: "far", name: "chat", level: "DEFAULT", environment: "dev", input: "hello" },
];

async function start() {
  await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: observations.map((observation) => makeEvent(ctx, observation)),
  });
  const action = await makeAction(ctx, projectId, "https://example.com/hook");
  return makeTrigger(ctx, projectId, [action.id], { filter: slowErrors });
}

test("near misses failed one condition alone, and the condition that stopped most comes first", async () => {
  const trigger = await start();
  const found = await api.trigger.nearMisses({ projectId, triggerId: trigger.id });
  expect(found).toMatchObject({ scanned: 5, matched: 1, problem: null });
  expect(found.conditions.map(({ words, stopped, alone }) => ({ words, stopped, alone }))).toEqual([
    { words: "level is any of ERROR", stopped: 3, alone: 2 },
    { words: "environment is any of production", stopped: 1, alone: 0 },
    { words: expect.stringContaining("refund") as string, stopped: 2, alone: 1 },
  ]);
  expect(found.misses.map(({ id, condition }) => [id, condition])).toEqual([
    [expect.stringMatching(/^level-/), 0],
    [expect.stringMatching(/^level-/), 0],
    ["input-1", 2],
  ]);
});

test("a search by name looks at the observations of that name only", async () => {
  const trigger = await start();
  const found = await api.trigger.nearMisses({ projectId, triggerId: trigger.id, search: "JUDGE" });
  expect(found).toMatchObject({ scanned: 1, misses: [{ id: "level-2", condition: 0 }] });
});

test("a viewer learns nothing from a filter over bodies", async () => {
  const trigger = await start();
  const viewer = callerOf(ctx, await makeUser(ctx, { [projectId]: "viewer" }));
  await expect(viewer.trigger.nearMisses({ projectId, triggerId: trigger.id })).rejects.toThrow(/bodies/);
});

test("another project's trigger is not found", async () => {
  const trigger = await start();
  const other = (await makeProject(ctx)).id;
  const stranger = callerOf(ctx, await makeUser(ctx, { [other]: "owner" }));
  await expect(stranger.trigger.nearMisses({ projectId: other, triggerId: trigger.id })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});
