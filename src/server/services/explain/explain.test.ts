import { beforeEach, describe, expect, test } from "vitest";
import type { Filter } from "@/domain/filter/schema";
import { deliverAll } from "@/test/deliver";
import { levelIs, makeAction, makeEvent, makeProject } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";

const { ctx, receiver } = useTestContext({ per: "test", start: new Date("2026-02-01T12:00:00Z") });
let projectId: string;
let actionId: string;
let api: ReturnType<typeof callerOf>;

beforeEach(async () => {
  projectId = (await makeProject(ctx)).id;
  actionId = (await makeAction(ctx, projectId, receiver.url("200"))).id;
  api = callerOf(ctx, await makeUser(ctx, { [projectId]: "member" }));
});

async function receive(...observations: { id: string; [field: string]: unknown }[]) {
  const events = observations.map((observation) => makeEvent(ctx, observation));
  const result = await createExecutions(ctx, createTriggerCache(), {
    projectId,
    eventSource: "observation.created",
    events,
  });
  ctx.clock.advance(1_000);
  return result;
}
const form = (change: object = {}) => ({
  projectId,
  name: "Errors",
  eventSource: "observation.created",
  filter: levelIs("ERROR"),
  actionIds: [actionId],
  ...change,
});
async function makeTrigger(change: object = {}): Promise<string> {
  const { id } = await api.trigger.create(form(change));
  ctx.clock.advance(1_000);
  return id;
}
const ask = (triggerId: string, sourceId = "obs") => api.trigger.explain({ projectId, triggerId, sourceId });

describe("the reason why a trigger did not fire", () => {
  test("is the condition that failed, with the value it saw", async () => {
    const triggerId = await makeTrigger();
    await receive({ id: "obs", level: "WARNING" });
    const answer = await ask(triggerId);
    expect(answer).toMatchObject({
      found: true,
      now: {
        kind: "not_matched",
        reason: expect.stringContaining("WARNING"),
        conditions: [{ column: "level", seen: "WARNING", passed: false }],
      },
      history: [{ kind: "not_matched", exact: true, triggerVersion: 1, reason: expect.stringContaining("WARNING") }],
      executions: [],
    });
  });

  test("is given for then and for now if the trigger or the observation has changed", async () => {
    const triggerId = await makeTrigger();
    await receive({ id: "obs", level: "WARNING" });
    await api.trigger.update({ ...form({ filter: levelIs("WARNING") }), triggerId, version: 1 });
    ctx.clock.advance(1_000);
    const changed = await ask(triggerId);
    expect(changed.now.kind).toBe("created");
    expect(changed.history).toMatchObject([{ kind: "not_matched", triggerVersion: 1, exact: true }]);
    expect(changed.hint).toContain("version 1 decided");
    await receive({ id: "obs", level: "DEBUG" });
    const newer = await ask(triggerId);
    expect(
      newer.history.map(({ kind, triggerVersion, reason }) => [kind, triggerVersion, /saw \W*(\w+)/.exec(reason)?.[1]]),
    ).toEqual([
      ["not_matched", 2, "DEBUG"],
      ["not_matched", 1, "WARNING"],
    ]);
  });

  test("is that it was off, did not exist yet, or that the id is unknown", async () => {
    const triggerId = await makeTrigger({ status: "DISABLED" });
    await receive({ id: "obs", level: "ERROR" });
    expect(await ask(triggerId)).toMatchObject({
      now: { kind: "off" },
      history: [{ kind: "off" }],
      hint: expect.stringContaining("was off"),
    });
    const later = await makeTrigger();
    expect(await ask(later)).toMatchObject({
      now: { kind: "created" },
      history: [],
      hint: expect.stringContaining("before this trigger was made"),
    });
    expect(await ask(triggerId, "unknown")).toMatchObject({
      found: false,
      hint: expect.stringContaining("never received"),
    });
  });

  test("is given for each action of the trigger", async () => {
    const second = await makeAction(ctx, projectId, receiver.url("200"));
    const triggerId = await makeTrigger();
    await receive({ id: "obs", level: "ERROR" });
    await api.trigger.update({ ...form({ actionIds: [actionId, second.id] }), triggerId, version: 1 });
    await api.action.setEnabled({ projectId, actionId, enabled: false });
    const { now, history } = await ask(triggerId);
    expect(now).toMatchObject({ kind: "created", reason: "The answer differs by action." });
    expect(now.actions.map(({ action, kind }) => [action.id, kind])).toEqual([
      [actionId, "skipped_exists"],
      [second.id, "created"],
    ]);
    expect(history).toMatchObject([{ kind: "created", action: { id: actionId } }]);
  });

  test("is that the trigger has, or had, no action left", async () => {
    const gone = await makeAction(ctx, projectId, receiver.url("200"));
    const triggerId = await makeTrigger({ actionIds: [gone.id] });
    await api.action.remove({ projectId, actionId: gone.id });
    ctx.clock.advance(1_000);
    await receive({ id: "obs", level: "ERROR" }, { id: "other", level: "DEBUG" });
    expect(await ask(triggerId)).toMatchObject({
      now: { kind: "no_action", actions: [] },
      history: [{ kind: "no_action" }],
      executions: [],
    });
    expect(await ask(triggerId, "other")).toMatchObject({ now: { kind: "not_matched", actions: [] } });
  });

  test("is its sample, its cap, or an execution that exists already", async () => {
    const out = await makeTrigger({ samplingRate: 0 });
    const capped = await makeTrigger({ capPerHour: 1 });
    await receive({ id: "first", level: "ERROR" }, { id: "obs", level: "ERROR" });
    expect(await ask(out)).toMatchObject({
      history: [{ kind: "sampled_out", reason: expect.stringContaining("bucket") }],
    });
    expect(await ask(capped)).toMatchObject({
      now: { kind: "skipped_exists" },
      history: [{ kind: "over_cap" }],
      executions: [{ status: "SKIPPED" }],
    });
    expect(await ask(capped, "first")).toMatchObject({
      now: { kind: "skipped_exists" },
      history: [{ kind: "created" }],
    });
  });
});

describe("an observation", () => {
  test("has every trigger of the project, with its executions", async () => {
    const fired = await makeTrigger();
    const silent = await makeTrigger({ name: "Slow", filter: levelIs("DEBUG") });
    await receive({ id: "obs", level: "ERROR" });
    await deliverAll(ctx, { projectId });
    const { observation, triggers, more } = await api.observation.explain({ projectId, observationId: "obs" });
    expect(observation.id).toBe("obs");
    expect(more).toBe(0);
    expect(triggers).toMatchObject([
      {
        trigger: { id: fired },
        history: [{ kind: "created" }],
        executions: [{ status: "COMPLETED", action: { id: actionId } }],
      },
      { trigger: { id: silent }, now: { kind: "not_matched" }, executions: [] },
    ]);
    await api.trigger.remove({ projectId, triggerId: fired });
    expect((await api.observation.explain({ projectId, observationId: "obs" })).triggers[0]).toMatchObject({
      trigger: { id: fired, deleted: true },
      now: { kind: "deleted" },
    });
  });

  test("has the triggers that fired before all others, and counts those beyond the limit", async () => {
    const fired = await makeTrigger({ name: "Oldest" });
    const triggers = Array.from({ length: 120 }, (_, n) => ({ name: `Quiet ${n}`, filter: levelIs("DEBUG") }));
    for (const trigger of triggers) await makeTrigger(trigger);
    const sampledOut = await makeTrigger({ samplingRate: 0 });
    await receive({ id: "obs", level: "ERROR" });
    const explained = await api.observation.explain({ projectId, observationId: "obs" });
    expect(explained.triggers.slice(0, 2).map(({ trigger }) => trigger.id)).toEqual([fired, sampledOut]);
    expect([explained.triggers.length, explained.more]).toEqual([100, 22]);
  });

  test("of another project is not found", async () => {
    await receive({ id: "obs" });
    const other = (await makeProject(ctx)).id;
    const stranger = callerOf(ctx, await makeUser(ctx, { [other]: "owner" }));
    await expect(stranger.observation.explain({ projectId: other, observationId: "obs" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("shows no value of a body to a reader without permission", async () => {
    const filter: Filter = {
      type: "group",
      match: "all",
      children: [{ type: "condition", column: "input", operator: "contains", value: "needle" }],
    };
    const triggerId = await makeTrigger({ filter });
    await receive({ id: "obs", input: "the haystack" });
    const viewer = callerOf(ctx, await makeUser(ctx, { [projectId]: "viewer" }));
    expect(JSON.stringify(await viewer.trigger.explain({ projectId, triggerId, sourceId: "obs" }))).not.toContain(
      "haystack",
    );
    expect(JSON.stringify(await viewer.observation.explain({ projectId, observationId: "obs" }))).not.toContain(
      "haystack",
    );
    expect(JSON.stringify(await ask(triggerId))).toContain("haystack");
  });
});

describe("a funnel", () => {
  test("has steps from evaluated to delivered, and counts only events that the trigger evaluated", async () => {
    await receive({ id: "before" });
    const triggerId = await makeTrigger({ samplingRate: 0.5 });
    const names = Array.from({ length: 40 }, (_, n) => `obs-${n}`);
    const wakes = await receive(...names.map((id, n) => ({ id, level: n % 2 === 0 ? "ERROR" : "DEBUG" })));
    await deliverAll(ctx, { projectId });
    await api.trigger.setEnabled({ projectId, triggerId, enabled: false });
    await receive({ id: "while-off" });
    await api.trigger.setEnabled({ projectId, triggerId, enabled: true });
    await receive({ id: "again" });
    const { totals, hours } = await api.trigger.funnel({ projectId, triggerId });
    expect(totals).toEqual({
      evaluated: 41,
      matched: 20,
      sampledIn: wakes.length,
      sampledOut: 20 - wakes.length,
      created: wakes.length,
      skipped: 0,
      cancelled: 0,
      delivered: wakes.length,
      failed: 0,
    });
    expect(hours).toHaveLength(24);
    expect(hours.at(-1)).toEqual({ hour: new Date("2026-02-01T12:00:00Z"), ...totals });
  });

  test("has every hour or day of its range, also without events", async () => {
    const triggerId = await makeTrigger();
    await receive({ id: "obs" });
    ctx.clock.advance(3 * 3_600_000);
    const { hours } = await api.trigger.funnel({ projectId, triggerId, hours: 24 });
    expect(hours.filter((hour) => hour.evaluated > 0).map(({ hour }) => hour)).toEqual([
      new Date("2026-02-01T12:00:00Z"),
    ]);
    const days = (await api.trigger.funnel({ projectId, triggerId, hours: 720 })).hours;
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toMatchObject({ hour: new Date("2026-02-01T00:00:00Z"), evaluated: 1 });
  });
});
