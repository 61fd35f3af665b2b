import { beforeEach, expect, test } from "vitest";
import { makeEvent, makeProject } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "./create-executions";
import { createTriggerCache, type TriggerCache } from "../matching/trigger-cache";
import type { BatchEvent } from "../batch-event";

const { ctx } = useTestContext();
let cache: TriggerCache;
let projectId: string;

beforeEach(async () => {
  cache = createTriggerCache();
  projectId = (await makeProject(ctx)).id;
});

const run = (...events: BatchEvent[]) =>
  createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events });
const span = (id: string, traceId: string, fields: object = {}): BatchEvent =>
  makeEvent(ctx, { id, traceId, ingestion: { protocol: "otlp" }, ...fields });
const stored = async () =>
  (await ctx.db.observation.findMany({ where: { projectId }, orderBy: { id: "asc" } })).map((row) => [
    row.id,
    row.traceId,
  ]);

test.each([
  ["one batch", (a: BatchEvent, b: BatchEvent) => run(a, b)],
  ["two batches", (a: BatchEvent, b: BatchEvent) => run(a).then(() => run(b))],
])("14: a span id of another trace gets the trace's id before it, in %s", async (_name, send) => {
  const [first, second] = [span("s1", "t1"), span("s1", "t2")];
  await send(first, second);
  const both = [
    ["s1", "t1"],
    ["t2.s1", "t2"],
  ];
  expect(await stored()).toEqual(both);
  const row = await ctx.db.observation.findFirst({ where: { projectId, id: "t2.s1" } });
  expect(row!.state).toContain("Another trace has an observation of this span's id");
  // The batch comes again, with a further event.
  await run(second);
  await run(span("s1", "t2", { name: "grown" }));
  expect(await stored()).toEqual(both);
  expect((await ctx.db.observation.findFirst({ where: { projectId, id: "t2.s1" } }))!.name).toBe("grown");
});

test("two batches at the same time with one span id in two traces store both", async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `s${index}`);
  await Promise.all(["t1", "t2"].map((traceId) => run(...ids.map((id) => span(id, traceId)))));
  const rows = await stored();
  expect(rows).toHaveLength(40);
  for (const traceId of ["t1", "t2"]) expect(rows.filter((row) => row[1] === traceId)).toHaveLength(20);
});

test("an id that an application sends itself stays one observation, whatever its trace", async () => {
  await run(makeEvent(ctx, { id: "obs", traceId: "t1" }));
  await run(makeEvent(ctx, { id: "obs", traceId: "t2" }));
  expect(await stored()).toEqual([["obs", "t2"]]);
});
