import { beforeEach, describe, expect, test } from "vitest";
import { emptyFilter, type Filter } from "@/domain/filter/schema";
import { levelIs, makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
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

const receive = (observations: { id: string; [field: string]: unknown }[], eventsOf = projectId) =>
  createExecutions(ctx, createTriggerCache(), {
    projectId: eventsOf,
    eventSource: "observation.created",
    events: observations.map((observation) => makeEvent(ctx, observation)),
  });
const preview = (change: object = {}) =>
  api.trigger.preview({
    projectId,
    eventSource: "observation.created",
    filter: emptyFilter,
    samplingRate: 1,
    samplingBy: "source",
    ...change,
  });
const inputHas = (value: string): Filter => ({
  type: "group",
  match: "all",
  children: [{ type: "condition", column: "input", operator: "contains", value }],
});

/** Stores an observation a minute, every fourth of them an error. */
async function receiveHour(count = 60) {
  for (let n = 0; n < count; n++) {
    await receive([
      {
        id: `obs-${String(n).padStart(3, "0")}`,
        level: n % 4 === 0 ? "ERROR" : "DEFAULT",
        name: "chat",
        input: `secret ${n}`,
      },
    ]);
    ctx.clock.advance(60_000);
  }
}

describe("a preview", () => {
  test("has the matches, their number, and an estimate for a day, before and after sampling", async () => {
    await receiveHour(61);
    const found = await preview({ filter: levelIs("ERROR"), samplingRate: 0.5 });
    expect(found).toMatchObject({
      scanned: 61,
      matched: 16,
      from: new Date("2026-02-01T12:00:00Z"),
      to: new Date("2026-02-01T13:00:00Z"),
      problem: null,
      warning: null,
    });
    expect(found.sampledIn).toBeGreaterThan(0);
    expect(found.sampledIn).toBeLessThan(16);
    expect(found.perDay).toEqual({ matched: 16 * 24, sampledIn: found.sampledIn * 24 });
    expect(found.matches.map(({ id }) => id)).toEqual(
      Array.from({ length: 16 }, (_, n) => `obs-${String(60 - 4 * n).padStart(3, "0")}`),
    );
    expect(found.matches.filter((match) => match.sampledIn)).toHaveLength(found.sampledIn);
  });

  test("counts for each condition how many of the newest states it keeps from a match", async () => {
    await receiveHour(8);
    const filter: Filter = {
      ...levelIs("ERROR"),
      children: [...levelIs("ERROR").children, ...inputHas("secret 4").children],
    };
    const found = await preview({ filter });
    expect(found).toMatchObject({ measured: 8, matched: 1 });
    expect(found.conditions).toEqual([
      { path: [0], stopped: 6 },
      { path: [1], stopped: 7 },
    ]);
  });

  test("takes the sample that the trigger will take", async () => {
    await receiveHour(20);
    const action = await makeAction(ctx, projectId, "https://example.com/hook");
    const trigger = await makeTrigger(ctx, projectId, [action.id], { samplingRate: 0.5 });
    const { matches } = await preview({ samplingRate: 0.5, triggerId: trigger.id });
    await receive(Array.from({ length: 20 }, (_, n) => ({ id: `obs-${String(n).padStart(3, "0")}`, level: "DEBUG" })));
    const fired = await ctx.db.actionExecution.findMany({
      where: { projectId },
      orderBy: { sourceId: "asc" },
      select: { sourceId: true },
    });
    expect(fired.map((row) => row.sourceId)).toEqual(
      matches
        .filter((match) => match.sampledIn)
        .map(({ id }) => id)
        .sort(),
    );
  });

  test("shows each condition for a chosen observation, with the value it saw", async () => {
    await receiveHour(3);
    const { chosen } = await preview({ filter: levelIs("ERROR"), observationId: "obs-001" });
    expect(chosen).toMatchObject({
      observationId: "obs-001",
      matched: false,
      conditions: [{ column: "level", seen: "DEFAULT", passed: false }],
    });
    expect((await preview({ observationId: "obs-999" })).chosen).toBeNull();
  });

  test("evaluates the requested number of latest states, and no other project's", async () => {
    await receiveHour(10);
    const other = (await makeProject(ctx)).id;
    await receive([{ id: "theirs" }], other);
    const found = await preview({ limit: 4 });
    expect(found).toMatchObject({ scanned: 4, matched: 4, perDay: null });
    expect(found.matches.map(({ id }) => id)).toEqual(["obs-009", "obs-008", "obs-007", "obs-006"]);
  });

  test("warns of very many matches a day, and of a filter that can never match", async () => {
    for (let n = 0; n < 40; n++) {
      await receive(Array.from({ length: 40 }, (_, index) => ({ id: `obs-${n}-${index}` })));
      ctx.clock.advance(3_000);
    }
    expect((await preview({ limit: 2_000 })).warning).toMatch(/firings a day/);
    const never: Filter = {
      type: "group",
      match: "all",
      children: [...levelIs("ERROR").children, ...levelIs("DEBUG").children],
    };
    expect((await preview({ filter: never })).contradiction).toMatchObject({ reason: expect.any(String) });
  });

  test("names the fault of a filter that cannot be evaluated", async () => {
    const filter: Filter = {
      type: "group",
      match: "all",
      children: [{ type: "condition", column: "nowhere", operator: "=", value: "x" }],
    };
    expect(await preview({ filter })).toMatchObject({ scanned: 0, problem: expect.stringContaining("nowhere") });
  });

  test("reveals nothing of bodies to a reader without permission", async () => {
    await receiveHour(2);
    const viewer = callerOf(ctx, await makeUser(ctx, { [projectId]: "viewer" }));
    const ask = (filter: Filter) =>
      viewer.trigger.preview({
        projectId,
        eventSource: "observation.created",
        filter,
        samplingRate: 1,
        samplingBy: "source",
      });
    await expect(ask(inputHas("secret 1"))).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await ask(levelIs("ERROR"))).matched).toBe(1);
    expect((await preview({ filter: inputHas("secret 1") })).matched).toBe(1);
  });

  test("leaves the event loop to other work while it evaluates thousands of states", async () => {
    const text = "word ".repeat(800);
    for (let n = 0; n < 20; n++)
      await receive(
        Array.from({ length: 100 }, (_, index) => ({ id: `obs-${n}-${index}`, input: text, output: text })),
      );
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await preview({ filter: inputHas("nothing like it"), limit: 2_000 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });
});
