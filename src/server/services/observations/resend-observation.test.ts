import { expect, test } from "vitest";
import { getInstanceSecret } from "@/server/services/instance-secrets";
import { makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { makeSystemProjectContext } from "../access";
import { createExecutions } from "../action-creation/create-executions";
import { readStampedEvent } from "../read-stamped-event";
import { createTriggerCache } from "../matching/trigger-cache";
import { expungeBodiesOfSubject } from "./expunge-bodies-of-subject";
import { resendObservation } from "./resend-observation";
import { sendSampleEvent } from "./send-sample-event";

const { ctx } = useTestContext();
const eventSource = "observation.created";

async function makeSender() {
  const { id: projectId } = await makeProject(ctx);
  const project = makeSystemProjectContext(ctx, projectId);
  const cache = createTriggerCache();
  ctx.sent.length = 0;
  /** Processes the events that the console sent, as the functions do. */
  const process = async () => {
    const stampKey = await getInstanceSecret(ctx, "event stamp");
    const batch = { receivedMicros: ctx.now().getTime() * 1_000, place: 0 };
    const events = ctx.sent.splice(0).map((event) => {
      const opened = readStampedEvent({ id: "x", ts: 0, stampKey, trustEvents: false, batch, ...event });
      if (!opened.ok || opened.projectId !== projectId) throw new Error("The event has no stamp of this project.");
      return opened.event;
    });
    await createExecutions(ctx, cache, { projectId, eventSource, events });
  };
  const receive = (observation: { id: string; [field: string]: unknown }) =>
    createExecutions(ctx, cache, { projectId, eventSource, events: [makeEvent(ctx, observation)] });
  const addTrigger = async () => {
    const action = await makeAction(ctx, projectId, "https://example.com/hook");
    return makeTrigger(ctx, projectId, [action.id]);
  };
  const executionsOf = (triggerId: string) => ctx.db.actionExecution.count({ where: { projectId, triggerId } });
  return { project, projectId, process, receive, addTrigger, executionsOf };
}

test("an observation that is sent again reaches the triggers that were made since, and no trigger twice", async () => {
  const { project, projectId, process, receive, addTrigger, executionsOf } = await makeSender();
  const first = await addTrigger();
  await receive({ id: "obs-1", level: "ERROR", output: { cost: 0.1 } });
  const before = await ctx.db.observation.findFirstOrThrow({ where: { projectId } });
  const second = await addTrigger();
  ctx.clock.advance(60_000);
  await resendObservation(project, { observationId: "obs-1" });
  await process();
  expect(await executionsOf(first.id)).toBe(1);
  expect(await executionsOf(second.id)).toBe(1);
  const after = await ctx.db.observation.findFirstOrThrow({ where: { projectId } });
  expect(after.state).toBe(before.state);
  expect(after.revisionCount).toBe(before.revisionCount);
});

test("an observation without bodies is sent as it is now, and one of another project is not found", async () => {
  const { project, process, receive, addTrigger, executionsOf } = await makeSender();
  await receive({ id: "obs-1", input: "secret" });
  await expungeBodiesOfSubject(project, { observationId: "obs-1" });
  const trigger = await addTrigger();
  await resendObservation(project, { observationId: "obs-1" });
  await process();
  expect(await executionsOf(trigger.id)).toBe(1);
  const other = makeSystemProjectContext(ctx, (await makeProject(ctx)).id);
  await expect(resendObservation(other, { observationId: "obs-1" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("each sample is a new observation", async () => {
  const { project, process, addTrigger, executionsOf } = await makeSender();
  const trigger = await addTrigger();
  const first = await sendSampleEvent(project, {});
  await process();
  ctx.clock.advance(1_000);
  const second = await sendSampleEvent(project, {});
  await process();
  expect(second.observationId).not.toBe(first.observationId);
  expect(await executionsOf(trigger.id)).toBe(2);
});
