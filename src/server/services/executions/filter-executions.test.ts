import { beforeAll, describe, expect, test } from "vitest";
import type { ProjectContext } from "@/server/context";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { searchProject } from "../search-project";
import { createTriggerCache } from "../matching/trigger-cache";
import { countExecutions } from "./count-executions";
import type { ExecutionFiltersWithStatus } from "./filter-executions";
import { listExecutions } from "./list-executions";
import { suggestFilterValues } from "./suggest-filter-values";

const { ctx: base } = useTestContext();
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const UUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
let ctx: ProjectContext;
let jira: string;
let slack: string;
let pausedId: string;
/** source id → execution id */
const ids = new Map<string, string>();

beforeAll(async () => {
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
  jira = await action("https://example.com/jira", "Jira 100%");
  slack = await action("https://example.com/slack", "Slack");
  pausedId = await action("https://example.com/paused", "Paused one");
  await make(jira, { id: UUID, name: "chat", environment: "production", traceId: TRACE });
  await make(jira, { id: "obs-failed", name: "support-bot", environment: "staging" });
  await make(slack, { id: "obs-late", name: "chat", environment: "production" });
  await make(slack, { id: "obs-retry", name: "timeout", environment: "production" });
  await make(pausedId, { id: "obs-held", name: "chat" });
  const soon = new Date(base.now().getTime() + 60_000);
  await change(UUID, { status: "COMPLETED", responseCode: 200, attemptCount: 1 });
  await change("obs-failed", { status: "ERROR", responseCode: 503, errorCode: "5xx", attemptCount: 4 });
  await change("obs-late", { status: "PENDING", dueAt: soon });
  await change("obs-retry", { status: "PENDING", dueAt: soon, errorCode: "timeout", attemptCount: 2 });
  await base.db.actionConfiguration.update({ where: { id: pausedId }, data: { pausedAt: base.now() } });
});

async function action(url: string, name: string): Promise<string> {
  const { id } = await makeAction(base, ctx.projectId, url);
  await base.db.actionConfiguration.update({ where: { id }, data: { name } });
  return id;
}
async function make(actionId: string, observation: { id: string; [field: string]: unknown }): Promise<void> {
  const { projectId } = ctx;
  const trigger = await makeTrigger(base, projectId, [actionId]);
  const events = [makeEvent(base, observation, { ts: base.now().getTime() })];
  await createExecutions(base, createTriggerCache(), { projectId, eventSource: "observation.created", events });
  const row = await base.db.actionExecution.findFirstOrThrow({ where: { projectId, sourceId: observation.id } });
  ids.set(observation.id, row.id);
  await base.db.triggerConfiguration.update({
    where: { id: trigger.id },
    data: { status: "DISABLED", name: `For ${observation.id}` },
  });
}
const change = (sourceId: string, data: object) =>
  base.db.actionExecution.updateMany({ where: { projectId: ctx.projectId, sourceId }, data });
const found = async (filters: ExecutionFiltersWithStatus) =>
  (await listExecutions(ctx, filters)).items.map(({ sourceId }) => sourceId).sort();

describe("filters", () => {
  test.each<[string, ExecutionFiltersWithStatus, string[]]>([
    ["the new name of a status", { status: ["FAILED"] }, ["obs-failed"]],
    ["its old name", { status: ["ERROR"] }, ["obs-failed"]],
    ["what waits for its delay", { status: ["SCHEDULED"] }, ["obs-late"]],
    ["what waits for a retry", { status: ["RETRYING"] }, ["obs-retry"]],
    ["what a pause holds", { status: ["PAUSED"] }, ["obs-held"]],
    ["all that waits", { status: ["PENDING"] }, ["obs-held", "obs-late", "obs-retry"]],
    ["alternatives", { status: ["FAILED", "PAUSED"] }, ["obs-failed", "obs-held"]],
    ["a response code", { code: ["503"] }, ["obs-failed"]],
    ["a class of codes", { code: ["2xx"] }, [UUID]],
    ["codes that are alternatives", { code: ["5xx", "200"] }, [UUID, "obs-failed"]],
    ["a kind of error", { error: ["timeout"] }, ["obs-retry"]],
    ["more attempts than a number", { attempts: ">2" }, ["obs-failed"]],
    ["at least so many attempts", { attempts: ">=2" }, ["obs-failed", "obs-retry"]],
    ["exactly one attempt", { attempts: "1" }, [UUID]],
    ["an environment", { environment: "staging" }, ["obs-failed"]],
    ["the name of the observation", { observationName: "chat" }, [UUID, "obs-held", "obs-late"]],
    ["a trace", { traceId: TRACE }, [UUID]],
    ["a part of the action's name, wildcards as text", { actionName: "jira 100%" }, [UUID, "obs-failed"]],
    ["a name of nothing", { actionName: "100_" }, []],
    ["two filters together", { environment: "production", observationName: "chat" }, [UUID, "obs-late"]],
  ])("%s", async (_, filters, expected) => expect(await found(filters)).toEqual([...expected].sort()));
});

describe("a search", () => {
  test.each<[string, () => string, string[]]>([
    ["an execution's id, which is the webhook id", () => ids.get("obs-late")!, ["obs-late"]],
    ["the beginning of an execution's id", () => ids.get("obs-late")!.slice(0, -1), ["obs-late"]],
    ["an action's id", () => jira, [UUID, "obs-failed"]],
    ["a trace id", () => TRACE.toUpperCase(), [UUID]],
    ["a whole source id", () => UUID, [UUID]],
    ["the beginning of a source id", () => UUID.slice(0, 8), [UUID]],
    ["the beginning of several", () => "obs-", ["obs-failed", "obs-held", "obs-late", "obs-retry"]],
    ["an observation's name", () => "support-bot", ["obs-failed"]],
    ["a part of an action's name", () => "slac", ["obs-late", "obs-retry"]],
    ["a part of a trigger's name", () => "for obs-held", ["obs-held"]],
    ["a response code", () => "503", ["obs-failed"]],
    ["a kind of error, which is also a name", () => "timeout", ["obs-retry"]],
    ["nothing that there is", () => "no such thing", []],
  ])("%s", async (_, text, expected) => {
    const near = await found({ search: text() });
    // Ids of one millisecond share all but their last characters.
    if (text().startsWith("exe_")) expect(near).toEqual(expect.arrayContaining(expected));
    else expect(near).toEqual([...expected].sort());
  });

  test("an event's id finds the executions of its observation", async () => {
    const revision = await base.db.observationRevision.findFirstOrThrow({
      where: { projectId: ctx.projectId, observationId: "obs-late" },
    });
    // Tests give events ids without a prefix.
    await base.db.observationRevision.updateMany({
      where: { projectId: ctx.projectId, eventId: revision.eventId },
      data: { eventId: "evt_1" },
    });
    expect(await found({ search: "evt_1" })).toEqual(["obs-late"]);
  });

  test("the palette finds triggers, actions, observations and executions, and nothing of another project", async () => {
    const kinds = async (text: string, of = ctx) => (await searchProject(of, { text })).map(({ kind }) => kind);
    expect(await kinds("slack")).toEqual(["action", "execution", "execution"]);
    expect(await kinds(TRACE)).toEqual(["observation", "execution"]);
    expect(await kinds(jira)).toEqual(["action", "execution", "execution"]);
    expect(await kinds(ids.get("obs-late")!)).toEqual(["execution"]);
    expect(await kinds("")).toEqual([]);
    const stranger = makeSystemProjectContext(base, (await makeProject(base)).id);
    for (const text of ["slack", TRACE, jira, UUID, ids.get("obs-late")!, "503", "chat"])
      expect([text, await kinds(text, stranger)]).toEqual([text, []]);
  });
});

test("counts tell apart what waits for a delay, for a retry and behind a pause", async () => {
  expect(await countExecutions(ctx, {})).toMatchObject({
    counts: { PENDING: 3, ERROR: 1, COMPLETED: 1 },
    pending: { SCHEDULED: 1, RETRYING: 1, PAUSED: 1, WAITING: 0 },
  });
  expect((await countExecutions(ctx, { environment: "staging" })).counts).toMatchObject({ ERROR: 1, COMPLETED: 0 });
});

test("an action that is off holds nothing: its executions are about to end", async () => {
  const switchOff = (disabledAt: Date | null) =>
    base.db.actionConfiguration.update({ where: { id: pausedId }, data: { disabledAt } });
  await switchOff(base.now());
  expect(await found({ status: ["PAUSED"] })).toEqual([]);
  expect((await listExecutions(ctx, { sourceId: "obs-held" })).items[0]!.wait).toMatchObject({ kind: "ending" });
  await switchOff(null);
});

test("suggestions are the values of the data, the most frequent first, with their counts", async () => {
  const suggest = (field: Parameters<typeof suggestFilterValues>[1]["field"], text = "", filters = {}) =>
    suggestFilterValues(ctx, { field, text, filters }).then((list) => list.map(({ label, count }) => [label, count]));
  expect(await suggest("name", "c")).toEqual([["chat", 3]]);
  expect(await suggest("environment")).toEqual([
    ["production", 3],
    ["default", 1],
    ["staging", 1],
  ]);
  expect(await suggest("code", "", { status: ["FAILED"] })).toEqual([["503", 1]]);
  expect(await suggest("action", "jira")).toEqual([["Jira 100%", 2]]);
});

test("a row has its observation, its response code and the duration of its last attempt", async () => {
  const { items } = await listExecutions(ctx, { sourceId: UUID });
  expect(items).toMatchObject([
    {
      observation: { name: "chat", environment: "production", traceId: TRACE },
      responseCode: 200,
      lastAttemptMs: null,
    },
  ]);
});
