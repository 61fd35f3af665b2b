import { beforeEach, describe, expect, test } from "vitest";
import type { Filter } from "@/domain/filter/schema";
import { unknownTraceAttributes, type TraceAttributes } from "@/domain/opentelemetry/map/trace-attributes";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "./create-executions";
import { createTriggerCache, type TriggerCache } from "../matching/trigger-cache";
import type { BatchEvent } from "../batch-event";

const { ctx, receiver } = useTestContext();
const TRACE = "5b8efff798038103d269b633813fc60c";
let cache: TriggerCache;
let projectId: string;

beforeEach(async () => {
  cache = createTriggerCache();
  projectId = (await makeProject(ctx)).id;
});

const send = (...events: BatchEvent[]) =>
  createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events });
const stored = async (id: string): Promise<Record<string, unknown>> => {
  const row = await ctx.db.observation.findFirstOrThrow({ where: { projectId, id } });
  return (JSON.parse(row.state!) as { observation: Record<string, unknown> }).observation;
};
const revisions = (id: string) => ctx.db.observationRevision.count({ where: { projectId, observationId: id } });

/** A span as the event endpoint hands it to the functions. `says`: the attributes of its trace that the span brings. */
function span(id: string, says: Partial<TraceAttributes> = {}, traceId = TRACE): BatchEvent {
  const { userId = null, traceName = null } = says;
  const own = { ...(userId === null ? {} : { userId }), ...(traceName === null ? {} : { traceName }) };
  const event = makeEvent(ctx, { id, traceId, environment: "default", ...own, ingestion: { protocol: "otlp" } });
  return { ...event, trace: { id: traceId, attributes: { ...unknownTraceAttributes, ...says } } };
}
/** A trace-create of a Langfuse batch, whose observations come in other requests. */
const traceAlone = (id: string, says: Partial<TraceAttributes>): BatchEvent => ({
  ...makeEvent(ctx, { id: "none" }),
  ...{ id, data: {}, trace: { id: TRACE, attributes: { ...unknownTraceAttributes, ...says }, isAlone: true } },
});
const userIs = (user: string): Filter => ({
  type: "group",
  match: "all",
  children: [{ type: "condition", column: "userId", operator: "=", value: user }],
});

describe("what a span says of its trace", () => {
  test("62: reaches a child that came before, and a trigger on it fires once", async () => {
    const { id: actionId } = await makeAction(ctx, projectId, receiver.url("200"));
    await makeTrigger(ctx, projectId, [actionId], { filter: userIs("u") });
    await send(span("child"));
    expect(await ctx.db.actionExecution.count({ where: { projectId } })).toBe(0);
    const root = span("root", {
      userId: "u",
      sessionId: "s",
      traceName: "checkout",
      release: "r",
      environment: "prod",
    });
    const wakes = await send(root);
    expect(wakes.length).toBeGreaterThan(0);
    expect(await stored("child")).toMatchObject({
      ...{ userId: "u", sessionId: "s", traceName: "checkout", release: "r", environment: "prod" },
    });
    const executions = await ctx.db.actionExecution.findMany({ where: { projectId }, orderBy: { sourceId: "asc" } });
    expect(executions.map(({ sourceId }) => sourceId)).toEqual(["child", "root"]);

    await send(root);
    await send(span("late"));
    expect(await stored("late")).toMatchObject({ userId: "u", traceName: "checkout" });
    expect(await revisions("child")).toBe(2);
    expect(await ctx.db.actionExecution.count({ where: { projectId } })).toBe(3);
  });

  test("never replaces what the observation says itself, and follows a later word of the trace", async () => {
    await send(span("own", { userId: "mine" }), span("child"));
    await send(span("root", { userId: "first" }));
    expect(await stored("own")).toMatchObject({ userId: "mine" });
    expect(await stored("child")).toMatchObject({ userId: "first" });
    await send(span("second", { userId: "last" }));
    expect(await stored("own")).toMatchObject({ userId: "mine" });
    expect(await stored("child")).toMatchObject({ userId: "last" });
  });

  test("comes again with a repeat and changes nothing", async () => {
    await send(span("child"));
    const first = span("first", { userId: "a" });
    await send(first);
    await send(span("second", { userId: "b" }));
    const before = await revisions("child");
    await send(first);
    expect(await stored("child")).toMatchObject({ userId: "b" });
    expect(await revisions("child")).toBe(before);
  });

  test("stays in its trace and its project, and leaves events of `/e` alone", async () => {
    const other = (await makeProject(ctx)).id;
    await createExecutions(ctx, cache, {
      ...{ projectId: other, eventSource: "observation.created", events: [span("foreign")] },
    });
    await send(span("elsewhere", {}, "another"), makeEvent(ctx, { id: "by-hand", traceId: TRACE }));
    await send(span("root", { userId: "u" }));
    expect(await stored("elsewhere")).not.toHaveProperty("userId");
    expect(await stored("by-hand")).not.toHaveProperty("userId");
    const row = await ctx.db.observation.findFirstOrThrow({ where: { projectId: other, id: "foreign" } });
    expect(row.userId).toBeNull();
  });

  test("does not replace a newer state, and keeps the observation's place in the order", async () => {
    await send(span("child"));
    await send(span("root", { userId: "u" }));
    const again = { ...span("child"), data: { observation: { id: "child", traceId: TRACE, name: "grown" } } };
    await send(again);
    expect(await stored("child")).toMatchObject({ name: "grown" });
  });
});

test("a trace that is described alone reaches its observations, in either order, once", async () => {
  await send(span("before"));
  const news = traceAlone("news-1", { userId: "u", sessionId: "s" });
  await send(news);
  await send(span("after"));
  expect(await stored("before")).toMatchObject({ userId: "u", sessionId: "s" });
  expect(await stored("after")).toMatchObject({ userId: "u", sessionId: "s" });
  await send(traceAlone("news-2", { userId: "v" }));
  await send(news);
  expect(await stored("before")).toMatchObject({ userId: "v", sessionId: "s" });
  expect(await ctx.db.rejectedEvent.count({ where: { projectId } })).toBe(0);
  expect(await ctx.db.observation.count({ where: { projectId } })).toBe(2);
});

test("observations are filled for an hour after their receipt, at most 500 of a trace", async () => {
  await send(...Array.from({ length: 501 }, (_, n) => span(`s${n}`)), span("old"));
  await ctx.db.$executeRaw`
    UPDATE observation SET first_received_at = first_received_at - interval '61 minutes'
      WHERE project_id = ${projectId} AND id = 'old'`;
  await send(span("root", { userId: "u" }));
  expect(await stored("old")).not.toHaveProperty("userId");
  const filled = await ctx.db.observation.count({ where: { projectId, userId: "u", id: { not: "root" } } });
  // The root may be one of the 500 filled observations.
  expect([499, 500]).toContain(filled);
});

test("a fill that a crash has cut off is made up by the next event of the trace", async () => {
  await send(span("child"));
  await send(span("root", { userId: "u" }));
  await ctx.db
    .$executeRaw`UPDATE trace_attributes SET filled_revision = 0, revision = 2 WHERE project_id = ${projectId}`;
  await ctx.db.$executeRaw`
    UPDATE observation SET user_id = NULL, state = replace(state, '"userId":"u",', '') WHERE project_id = ${projectId}
      AND id = 'child'`;
  await send(span("late"));
  expect(await stored("child")).toMatchObject({ userId: "u" });
});
