import { beforeEach, expect, test } from "vitest";
import { levelIs, makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "./create-executions";
import {
  dropCachedStoredPartOfUnmatchedSubjects,
  getCachedStoredPartOfUnmatchedSubjects,
} from "../storage/cached-stored-part";
import { createTriggerCache } from "../matching/trigger-cache";

const { ctx, receiver } = useTestContext();
let projectId: string;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  const action = await makeAction(ctx, projectId, receiver.url("200"));
  await makeTrigger(ctx, projectId, [action.id], { filter: levelIs("ERROR") });
});

const choose = async (unmatchedStorage: string) => {
  await ctx.db.project.update({ where: { id: projectId }, data: { unmatchedStorage } });
  dropCachedStoredPartOfUnmatchedSubjects(ctx.db, projectId);
};
const send = (...observations: object[]) =>
  createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events: observations.map((observation) => makeEvent(ctx, observation as { id: string })),
  });
const stored = async (id: string) => {
  const row = await ctx.db.observation.findFirstOrThrow({ where: { projectId, id } });
  return JSON.parse(row.state!) as { kept?: string; observation: Record<string, unknown> };
};
const body = { input: "question", output: "x".repeat(100_000), metadata: { a: 1 }, model: "m" };

test("columns alone: what no trigger matched has its columns and no bodies, what one matched is whole", async () => {
  await choose("columns");
  await send({ id: "quiet", ...body }, { id: "error", level: "ERROR", ...body });
  const { kept, observation } = await stored("quiet");
  expect([kept, observation["model"], observation["input"], observation["output"]]).toEqual([
    "columns",
    "m",
    undefined,
    undefined,
  ]);
  expect(await stored("error")).toMatchObject({ observation: body });
  expect((await stored("error")).kept).toBeUndefined();
});

test("columns and 64 KB: long bodies are cut, short ones stay as they came", async () => {
  await choose("cut");
  await send({ id: "long", ...body }, { id: "short", input: { a: [1] }, output: "y" });
  const { kept, observation } = await stored("long");
  expect(kept).toBe("cut");
  expect(observation).toMatchObject({ input: "question", metadata: { a: 1 }, output: body.output.slice(0, 21_845) });
  expect(await stored("short")).toMatchObject({ observation: { input: { a: [1] }, output: "y" } });
  expect((await stored("short")).kept).toBeUndefined();
});

test("an observation is stored whole once it matches, and stays whole while it has an execution", async () => {
  await choose("columns");
  const at = (seconds: number) => ({
    updatedAt: new Date(ctx.now().getTime() - 60_000 + seconds * 1_000).toISOString(),
  });
  await send({ id: "o", ...body, ...at(1) });
  await send({ id: "o", ...body, ...at(2), level: "ERROR" });
  expect(await stored("o")).toMatchObject({ observation: { input: "question" } });
  await send({ id: "o", ...body, ...at(3) });
  expect(await stored("o")).toMatchObject({ observation: { input: "question" } });
});

test("a repeated state is unchanged, and its body is stored once a trigger matches it", async () => {
  await choose("columns");
  const updatedAt = ctx.now().toISOString();
  await send({ id: "again", ...body, updatedAt });
  await send({ id: "again", ...body, updatedAt });
  const outcomes = () =>
    ctx.db.observationRevision.findMany({
      where: { projectId, observationId: "again" },
      select: { outcome: true, state: true },
      orderBy: { receivedAt: "asc" },
    });
  expect((await outcomes()).map(({ outcome }) => outcome).sort()).toEqual(["APPLIED", "UNCHANGED"]);
  expect((await outcomes()).map(({ state }) => state)).toEqual([null, null]);
  const action = await makeAction(ctx, projectId, receiver.url("200"));
  await makeTrigger(ctx, projectId, [action.id]);
  await send({ id: "again", ...body, updatedAt });
  expect(await stored("again")).toMatchObject({ observation: { input: "question" } });
  expect(await ctx.db.observationRevision.count({ where: { projectId, outcome: "UNCHANGED" } })).toBe(2);
});

test("by rate: whole at few observations, less from 20 and from 200 a second on", async () => {
  expect(await getCachedStoredPartOfUnmatchedSubjects(ctx, projectId)).toBe("full");
  const hour = new Date(Math.floor(ctx.now().getTime() / 3_600_000) * 3_600_000 - 3_600_000);
  for (const [perSecond, part] of [
    [19, "full"],
    [20, "cut"],
    [200, "columns"],
  ] as const) {
    const row = { projectId, eventSource: "observation.created", hour, revision: 1n };
    await ctx.db.evaluationCounter.deleteMany({ where: { projectId } });
    await ctx.db.evaluationCounter.create({ data: { ...row, events: perSecond * 3_600 } });
    dropCachedStoredPartOfUnmatchedSubjects(ctx.db, projectId);
    expect(await getCachedStoredPartOfUnmatchedSubjects(ctx, projectId)).toBe(part);
  }
});
