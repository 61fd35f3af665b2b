import { maskUrl } from "@/domain/action/webhook/url";
import { beforeEach, describe, expect, test } from "vitest";
import type { Filter } from "@/domain/filter/schema";
import type { ProjectContext } from "@/server/context";
import { deliverAll } from "@/test/deliver";
import type { LiveMessage } from "@/server/live";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext, type SignedInUser } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { encodeCursor, StorableDate, PageInput } from "../keyset";
import { suggestColumnValues } from "../observations/suggest-column-values";
import { getObservation } from "../observations/get-observation";
import { listObservations } from "../observations/list-observations";
import { getOverview } from "../overview/get-overview";
import type { ActionWake } from "../wakes/wake-actions";
import { createTriggerCache } from "../matching/trigger-cache";
import { cancelExecution } from "./cancel-execution";
import { resendExecution } from "./resend-execution";
import { getExecution } from "./get-execution";
import { countExecutions } from "./count-executions";
import { listExecutions } from "./list-executions";
import { addExecutionsToLiveMessages, type LiveMessageWithExecutions } from "./add-executions-to-live-messages";

const BODY = "the-body-of-a-conversation";
const { ctx: base, receiver } = useTestContext();
let ctx: ProjectContext;
let actionId: string;
let triggerId: string;

beforeEach(async () => {
  base.sent.length = 0;
  receiver.clear();
  ctx = makeSystemProjectContext(base, (await makeProject(base)).id);
});

const inputContains = (value: string): Filter => ({
  type: "group",
  match: "all",
  children: [{ type: "condition", column: "input", operator: "contains", value }],
});

async function send(observation: { id: string; [field: string]: unknown }): Promise<ActionWake[]> {
  const events = [makeEvent(base, observation, { ts: base.now().getTime() })];
  return createExecutions(base, createTriggerCache(), {
    projectId: ctx.projectId,
    eventSource: "observation.created",
    events,
  });
}
/** Makes an execution of a trigger with this input, as events make it. */
async function makeExecution(mode = "200", id = "obs-1", delaySeconds = 0): Promise<{ executionId: string }> {
  actionId = (await makeAction(base, ctx.projectId, receiver.url(mode), { detail: "full", retry: { preset: "none" } }))
    .id;
  triggerId = (
    await makeTrigger(base, ctx.projectId, [actionId], { filter: inputContains("conversation"), delaySeconds })
  ).id;
  await send({
    id,
    name: "chat",
    level: "ERROR",
    input: BODY,
    traceId: "trace-1",
    metadata: { plan: "gold" },
  });
  const { id: executionId } = await base.db.actionExecution.findFirstOrThrow({
    where: { projectId: ctx.projectId, sourceId: id },
  });
  return { executionId };
}
const deliver = () => deliverAll(base, { projectId: ctx.projectId });
const row = (id: string) => base.db.actionExecution.findUniqueOrThrow({ where: { id } });
const viewer = (): ProjectContext => ({ ...ctx, role: "viewer", viewersSeeBodies: false });

describe("an execution", () => {
  test("shows its attempts, the bytes sent, the decisions about it and why it fired", async () => {
    const item = await makeExecution();
    await deliver();
    const shown = await getExecution(ctx, { executionId: item.executionId });
    expect(shown).toMatchObject({
      status: "COMPLETED",
      trigger: { id: triggerId, name: "Test trigger", deleted: false },
      action: { id: actionId, name: "Test action", deleted: false },
      attempts: [
        {
          number: 1,
          status: "SUCCEEDED",
          responseStatus: 200,
          request: { method: "POST", url: maskUrl(receiver.url("200")) },
        },
      ],
      decisions: [{ kind: "created", label: "created" }],
      explanation: {
        matched: true,
        triggerChanged: false,
        conditions: [{ column: "input", label: "Input", groups: ["all"], passed: true, hidden: false }],
      },
      observation: { id: "obs-1", name: "chat", traceId: "trace-1" },
      can: { cancel: false, resend: true, resendRefusal: null },
    });
    expect(shown.input).toBe(receiver.requests[0]?.rawBody);
  });

  test("shows no part of a body to readers without permission, unless the project lets viewers", async () => {
    const item = await makeExecution();
    await deliver();
    await base.db.actionAttempt.updateMany({ where: { executionId: item.executionId }, data: { responseBody: BODY } });
    const all = async (who: ProjectContext) =>
      JSON.stringify([
        await getExecution(who, { executionId: item.executionId }),
        await listExecutions(who, {}),
        await getObservation(who, { observationId: "obs-1" }),
        await listObservations(who, {}),
        await suggestColumnValues(who, { eventSource: "observation.created", column: "metadata", key: "plan" }),
      ]);
    const hidden = await all(viewer());
    expect(hidden).not.toContain(BODY);
    expect(hidden).not.toContain("gold");
    const visible = await all({ ...viewer(), viewersSeeBodies: true });
    expect(visible).toContain(BODY);
    expect(visible).toContain("gold");
  });

  test("that no longer matches shows viewers the reason without the seen value", async () => {
    const item = await makeExecution("200", "obs-1", 600);
    base.clock.advance(1_000);
    await send({ id: "obs-1", input: "a secret turn of phrase" });
    const forViewer = await getExecution(viewer(), { executionId: item.executionId });
    expect(forViewer).toMatchObject({
      status: "CANCELLED",
      explanation: { matched: false, conditions: [{ passed: false, seen: null, hidden: true }] },
    });
    expect(JSON.stringify(forViewer)).not.toContain("turn of phrase");
    expect(JSON.stringify(await getExecution(ctx, { executionId: item.executionId }))).toContain("turn of phrase");
  });

  test("outlives its trigger in the list, and shows that the filter has changed since", async () => {
    const item = await makeExecution();
    await base.db.triggerConfiguration.update({
      where: { id: triggerId },
      data: { version: 2, deletedAt: base.now() },
    });
    expect(await getExecution(ctx, { executionId: item.executionId })).toMatchObject({
      trigger: { name: "Test trigger", deleted: true },
      explanation: { triggerChanged: true },
    });
  });
});

describe("the list", () => {
  test("filters by status, trigger and time, and comes in pages", async () => {
    const item = await makeExecution();
    await deliver();
    base.clock.advance(60_000);
    for (const id of ["b", "c", "d"]) await send({ id, input: BODY });
    expect((await listExecutions(ctx, { status: ["COMPLETED"] })).items).toMatchObject([
      { id: item.executionId, sourceId: "obs-1" },
    ]);
    expect((await listExecutions(ctx, { triggerId, status: ["PENDING", "COMPLETED"] })).items).toHaveLength(4);
    expect((await listExecutions(ctx, { from: base.now() })).items.map((each) => each.sourceId)).toEqual([
      "d",
      "c",
      "b",
    ]);
    expect((await listExecutions(ctx, { to: base.now() })).items.map((each) => each.sourceId)).toEqual(["obs-1"]);
    const first = await listExecutions(ctx, { limit: 3 });
    const second = await listExecutions(ctx, { limit: 3, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map((each) => each.sourceId)).toEqual(["d", "c", "b", "obs-1"]);
    expect(second.nextCursor).toBeNull();
    await expect(listExecutions(ctx, { cursor: "no cursor" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(await countExecutions(ctx, {})).toMatchObject({
      counts: { COMPLETED: 1, PENDING: 3, ERROR: 0 },
      capped: { PENDING: false },
    });
  });

  test("counts a thousand at most, and marks the count as capped", async () => {
    const item = await makeExecution();
    await base.db.$executeRaw`
      INSERT INTO action_execution (id, project_id, trigger_id, action_id, event_source, source_id, status,
        status_reason, trigger_version, event_id, due_at)
      SELECT 'exe_many_' || ${ctx.projectId} || n, project_id, trigger_id, action_id, event_source, 'many-' || n,
        'ERROR', 'x', 1, event_id, due_at
      FROM action_execution, generate_series(1, 1001) AS n WHERE id = ${item.executionId}`;
    expect(await countExecutions(ctx, {})).toMatchObject({
      counts: { ERROR: 1_000, PENDING: 1 },
      capped: { ERROR: true, PENDING: false },
    });
  });
});

describe("cancelling", () => {
  test("ends a waiting execution, also if a person asks twice", async () => {
    const item = await makeExecution("200", "obs-1", 600);
    base.sent.length = 0;
    expect(await cancelExecution(ctx, item)).toEqual({ id: item.executionId, status: "CANCELLED", pending: false });
    expect(await row(item.executionId)).toMatchObject({
      status: "CANCELLED",
      cancelledBy: "USER",
      finishedAt: base.now(),
    });
    expect(base.sent).toEqual([]);
    await expect(cancelExecution(ctx, item)).rejects.toMatchObject({ code: "CONFLICT" });
    base.clock.advance(1_000);
    expect(await send({ id: "obs-1", input: `${BODY} again` })).toEqual([]);
    expect(await row(item.executionId)).toMatchObject({ status: "CANCELLED", cancelledBy: "USER" });
  });

  test("marks an execution on the wire", async () => {
    const item = await makeExecution();
    await base.db.actionExecution.update({ where: { id: item.executionId }, data: { status: "RUNNING" } });
    expect(await cancelExecution(ctx, item)).toMatchObject({ status: "RUNNING", pending: true });
    expect(await row(item.executionId)).toMatchObject({
      status: "RUNNING",
      cancelRequestedAt: base.now(),
      cancelledBy: "USER",
    });
  });
});

describe("resending", () => {
  test("sends the same bytes under the same webhook id on a fresh schedule; attempt numbers go on", async () => {
    const item = await makeExecution("500");
    await deliver();
    expect(await row(item.executionId)).toMatchObject({ status: "ERROR", attemptCount: 1 });
    base.sent.length = 0;
    base.clock.advance(5_000);
    expect(await resendExecution(ctx, item)).toEqual({ id: item.executionId, status: "PENDING" });
    const again = await row(item.executionId);
    expect(again).toMatchObject({
      status: "PENDING",
      isResend: true,
      scheduleStart: 1,
      unknownCount: 0,
      finishedAt: null,
      dueAt: base.now(),
    });
    expect(base.sent).toMatchObject([{ name: "action/deliveries.due", data: { actionId } }]);
    await deliver();
    expect((await getExecution(ctx, item)).attempts.map((attempt) => attempt.number)).toEqual([1, 2]);
    const [first, second] = receiver.requests;
    expect([second?.rawBody, second?.headers["webhook-id"]]).toEqual([first?.rawBody, first?.headers["webhook-id"]]);
  });

  test("is refused with the reason while it waits, without a body, or if the action is off or deleted", async () => {
    const item = await makeExecution();
    const refused = (reason: string) =>
      expect(resendExecution(ctx, item)).rejects.toMatchObject({
        code: "CONFLICT",
        message: expect.stringContaining(reason),
      });
    await refused("not finished");
    await deliver();
    const before = await row(item.executionId);
    await base.db.actionConfiguration.update({ where: { id: actionId }, data: { disabledAt: base.now() } });
    await refused("is off");
    await base.db.actionConfiguration.update({ where: { id: actionId }, data: { deletedAt: base.now() } });
    await refused("was deleted");
    expect(await row(item.executionId)).toEqual(before);
    await base.db.actionExecution.update({ where: { id: item.executionId }, data: { input: null } });
    await refused("body was removed");
    expect(await getExecution(ctx, item)).toMatchObject({
      bodyRemoved: true,
      can: { resend: false, resendRefusal: expect.stringContaining("removed") },
    });
  });
});

test("viewers neither cancel nor resend", async () => {
  const item = await makeExecution();
  await expect(cancelExecution(viewer(), item)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(resendExecution(viewer(), item)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await getExecution(viewer(), item)).toMatchObject({
    status: "PENDING",
    can: { cancel: false, resend: false },
  });
});

test("no execution crosses projects", async () => {
  const item = await makeExecution();
  const other = makeSystemProjectContext(base, (await makeProject(base)).id);
  const calls = [
    () => getExecution(other, item),
    () => cancelExecution(other, item),
    () => resendExecution(other, item),
    () => getObservation(other, { observationId: "obs-1" }),
  ];
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await listExecutions(other, { triggerId })).items).toEqual([]);
  expect((await listObservations(other, {})).items).toEqual([]);
  expect(await suggestColumnValues(other, { eventSource: "observation.created", column: "name" })).toEqual({
    values: [],
    keys: [],
  });
  expect(await getOverview(other)).toMatchObject({
    received: 0,
    failures: [],
    setup: { triggers: 0, actions: 0, observations: 0 },
  });
});

describe("observations", () => {
  test("are searched and filtered, and show their revisions, decisions and executions", async () => {
    const item = await makeExecution();
    await send({ id: "obs-2", name: "embed", level: "DEFAULT", input: "nothing" });
    expect((await listObservations(ctx, { search: "EMB" })).items.map((each) => each.id)).toEqual(["obs-2"]);
    expect((await listObservations(ctx, { search: "trace-1" })).items.map((each) => each.id)).toEqual(["obs-1"]);
    expect((await listObservations(ctx, { level: ["ERROR"] })).items.map((each) => each.id)).toEqual(["obs-1"]);
    expect(await getObservation(ctx, { observationId: "obs-1" })).toMatchObject({
      state: expect.stringContaining(`"input":"${BODY}"`),
      revisions: [{ outcome: "APPLIED" }],
      decisions: [
        { kind: "created", trigger: { id: triggerId }, action: { id: actionId }, executionId: item.executionId },
      ],
      executions: [{ id: item.executionId, status: "PENDING", trigger: { id: triggerId } }],
    });
  });

  test("suggest the values and keys of a column, the most frequent first", async () => {
    for (const [id, name, usage] of [
      ["a", "chat", 1],
      ["b", "chat", 2],
      ["c", "embed", 2],
    ] as const)
      await send({ id, name, usageDetails: { input: usage }, input: BODY });
    const ask = (change: object) =>
      suggestColumnValues(ctx, { eventSource: "observation.created", column: "name", ...change });
    expect(await ask({})).toEqual({ values: ["chat", "embed"], keys: [] });
    expect(await ask({ query: "EM" })).toEqual({ values: ["embed"], keys: [] });
    expect(await ask({ column: "usageDetails" })).toEqual({ values: [], keys: ["input"] });
    expect(await ask({ column: "usageDetails", key: "input" })).toMatchObject({ values: ["2", "1"] });
    expect(await ask({ column: "input" })).toEqual({ values: [], keys: [] });
    await expect(ask({ column: "nope" })).rejects.toMatchObject({ fields: { column: expect.any(String) } });
  });
});

describe("large states and odd texts", () => {
  const store = (id: string, name: string, inputLength = 0) => base.db.$executeRaw`
    INSERT INTO observation (project_id, id, name, state, received_at)
    VALUES (${ctx.projectId}, ${id}, ${name},
      '{"observation":{"id":"x","name":"' || ${name} || '","input":"' || repeat('a', ${inputLength}::int) || '"}}',
      ${base.now()})`;

  test("values are suggested from a bounded size of states, the newest observation always included", async () => {
    await store("old", "old");
    base.clock.advance(1_000);
    await store("new", "new", 17 * 1024 * 1024);
    expect(await suggestColumnValues(ctx, { eventSource: "observation.created", column: "name" })).toEqual({
      values: ["new"],
      keys: [],
    });
    base.clock.advance(1_000);
    await store("newest", "newest");
    expect((await suggestColumnValues(ctx, { eventSource: "observation.created", column: "name" })).values).toEqual([
      "newest",
    ]);
  });

  test("a search is literal: % and _ stand for themselves", async () => {
    for (const name of ["100%", "100 percent", "a_b", "axb", "c\\d"]) await store(name, name);
    const found = async (search: string) => (await listObservations(ctx, { search })).items.map((each) => each.name);
    expect(await found("0%")).toEqual(["100%"]);
    expect(await found("A_B")).toEqual(["a_b"]);
    expect(await found("c\\")).toEqual(["c\\d"]);
  });

  test("a page ends at the longest id there is, and the next one begins behind it", async () => {
    const ids = ["語", "\u0001"].map((character) => character.repeat(512));
    for (const id of ids) await store(id, "long");
    const first = await listObservations(ctx, { limit: 1 });
    const cursor = PageInput.parse({ cursor: first.nextCursor }).cursor;
    const second = await listObservations(ctx, { limit: 1, cursor });
    expect([...first.items, ...second.items].map((each) => each.id).sort()).toEqual([...ids].sort());
  });

  test.each([
    { at: new Date(-8.64e15), id: "x" },
    { at: new Date(8.64e15), id: "x" },
    { at: new Date(), id: "a\0" },
  ])("a cursor that the database cannot follow is refused: %j", async (position) => {
    await expect(listExecutions(ctx, { cursor: encodeCursor(position) })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      fields: { cursor: expect.any(String) },
    });
  });

  test("dates before 1970 and after 9999 are refused", () => {
    for (const date of [new Date(-1), new Date(8.64e15)]) expect(StorableDate.safeParse(date).success).toBe(false);
    expect(StorableDate.safeParse(base.now()).success).toBe(true);
  });
});

test("the overview shows a day: observations, outcomes by hour, and failures", async () => {
  const item = await makeExecution("500");
  await deliver();
  const overview = await getOverview(ctx);
  expect(overview).toMatchObject({
    received: 1,
    receivedCapped: false,
    byStatus: { ERROR: 1, COMPLETED: 0 },
    failures: [{ id: item.executionId, trigger: { id: triggerId } }],
    setup: { triggers: 1, actions: 1, observations: 1 },
  });
  expect(overview.hours).toHaveLength(24);
  expect(overview.hours.at(-1)).toMatchObject({ evaluated: 1, matched: 1, created: 1 });
  expect(overview.hours.slice(0, -1).every((hour) => hour.evaluated === 0)).toBe(true);
});

describe("a live message", () => {
  async function* messages(...of: LiveMessage[]) {
    yield* of;
  }
  async function updatesOf(user: SignedInUser, ...of: LiveMessage[]): Promise<LiveMessageWithExecutions[]> {
    const updates: LiveMessageWithExecutions[] = [];
    for await (const update of addExecutionsToLiveMessages(base, user, messages(...of))) updates.push(update);
    return updates;
  }

  test("carries the rows of its executions as the list shows them, for members of the project alone", async () => {
    const { executionId } = await makeExecution();
    const { projectId } = ctx;
    const told = { projectId, topics: ["executions"] as LiveMessage["topics"], changedAt: 1 };
    const message: LiveMessage = { ...told, executionIds: [executionId, "exe_of_another"] };
    const [update] = await updatesOf(await makeUser(base, { [projectId]: "viewer" }), message);
    expect(update).toEqual({ ...told, executions: (await listExecutions(ctx, {})).items });
    expect(JSON.stringify(update)).not.toContain(BODY);
    expect(await updatesOf(await makeUser(base), message)).toEqual([told]);
  });

  test("carries no rows if there are too many messages in a second, so that the browser loads its list", async () => {
    const { executionId } = await makeExecution();
    const { projectId } = ctx;
    const message: LiveMessage = { projectId, topics: ["executions"], changedAt: 1, executionIds: [executionId] };
    const user = await makeUser(base, { [ctx.projectId]: "member" });
    const updates = await updatesOf(user, ...Array.from({ length: 12 }, () => message));
    expect(updates.filter(({ executions }) => executions).length).toBe(10);
  });
});
