import { expect, test } from "vitest";
import { levelIs, makeAction, makeEvent, makeProject } from "@/test/factories";
import { callerOf, makeUser } from "@/test/people";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "../action-creation/create-executions";
import { createTriggerCache } from "../matching/trigger-cache";

const { ctx, receiver } = useTestContext();

test("an execution of a paused action has the same state in its list, at its observation and in an explanation", async () => {
  const { id: projectId } = await makeProject(ctx);
  const { id: actionId } = await makeAction(ctx, projectId, receiver.url("200"));
  const api = callerOf(ctx, await makeUser(ctx, { [projectId]: "member" }));
  const filter = levelIs("ERROR");
  const trigger = { projectId, name: "Errors", eventSource: "observation.created", filter, actionIds: [actionId] };
  const { id: triggerId } = await api.trigger.create(trigger);
  ctx.clock.advance(1_000);
  const events = [makeEvent(ctx, { id: "obs", level: "ERROR" })];
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });
  await api.action.setPaused({ projectId, actionId, paused: true });

  const [listed] = (await api.execution.list({ projectId })).items;
  expect(listed).toMatchObject({ status: "PENDING", wait: { kind: "paused" } });
  const { wait, statusReason } = listed!;
  const atObservation = await api.observation.get({ projectId, observationId: "obs" });
  expect(atObservation.executions).toMatchObject([{ attemptCount: 0, wait, statusReason }]);
  const bySubject = await api.observation.explain({ projectId, observationId: "obs" });
  expect(bySubject.triggers[0]!.executions).toMatchObject([{ attemptCount: 0, wait, statusReason }]);
  const byTrigger = await api.trigger.explain({ projectId, triggerId, sourceId: "obs" });
  expect(byTrigger).toMatchObject({ executions: [{ attemptCount: 0, wait, statusReason }] });
});
