import { expect, test } from "vitest";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";
import { listDecisions } from "./list-decisions";

const { ctx } = useTestContext();

test("decisions are listed newest first, filtered by kind, and never those of another project", async () => {
  const { id: projectId } = await makeProject(ctx);
  const project = makeSystemProjectContext(ctx, projectId);
  const { id: actionId } = await makeAction(ctx, projectId, "https://example.com/hook");
  const open = await makeTrigger(ctx, projectId, [actionId]);
  const closed = await makeTrigger(ctx, projectId, [actionId], { samplingRate: 0 });
  const cache = createTriggerCache();
  for (const id of ["obs-1", "obs-2"]) {
    const events = [makeEvent(ctx, { id, level: "ERROR" })];
    await createExecutions(ctx, cache, { projectId, eventSource: "observation.created", events });
    ctx.clock.advance(1_000);
  }
  const { items } = await listDecisions(project, {});
  expect(items.map(({ sourceId }) => sourceId)).toEqual(["obs-2", "obs-2", "obs-1", "obs-1"]);
  const out = await listDecisions(project, { kind: ["sampled_out"] });
  expect(out.items.map(({ trigger, executionId }) => [trigger?.id, executionId])).toEqual([
    [closed.id, null],
    [closed.id, null],
  ]);
  const made = await listDecisions(project, { kind: ["created"], limit: 1 });
  expect(made.items[0]).toMatchObject({ trigger: { id: open.id }, action: { id: actionId }, sourceId: "obs-2" });
  const next = await listDecisions(project, { kind: ["created"], limit: 1, cursor: made.nextCursor });
  expect(next.items.map(({ sourceId }) => sourceId)).toEqual(["obs-1"]);
  const other = makeSystemProjectContext(ctx, (await makeProject(ctx)).id);
  expect((await listDecisions(other, {})).items).toEqual([]);
});
