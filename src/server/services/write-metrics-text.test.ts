import { expect, test } from "vitest";
import { deliverAll } from "@/test/deliver";
import { levelIs, makeAction, makeEvent, makeProject, makeTrigger } from "@/test/factories";
import { useTestContext } from "@/test/use-test-context";
import { createExecutions } from "./action-creation/create-executions";
import { writeMetricsText } from "./write-metrics-text";
import { createTriggerCache } from "./matching/trigger-cache";

const { ctx, receiver } = useTestContext();

/** The value of a series, or null where the text does not have it. */
const valueOf = (text: string, series: string): number | null => {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
};

test("metrics count events that were decided or rejected, executions, attempts and their durations", async () => {
  const { id: projectId } = await makeProject(ctx);
  const good = await makeAction(ctx, projectId, receiver.url("200"));
  const bad = await makeAction(ctx, projectId, receiver.url("500"), { retry: { preset: "none" } });
  await makeTrigger(ctx, projectId, [good.id, bad.id], { filter: levelIs("ERROR"), delaySeconds: 60 });
  await makeTrigger(ctx, projectId, [good.id], { filter: levelIs("ERROR"), samplingRate: 0 });
  const receivedMicros = (ctx.now().getTime() - 2_000) * 1_000;
  const events = [
    makeEvent(ctx, { id: "obs-1", level: "ERROR" }, { receivedMicros }),
    makeEvent(ctx, { id: "obs-2", level: "DEFAULT" }, { receivedMicros }),
    makeEvent(ctx, { id: "obs-3", level: "LOUD" }, { receivedMicros }),
  ];
  await createExecutions(ctx, createTriggerCache(), { projectId, eventSource: "observation.created", events });

  const before = await writeMetricsText(ctx, { snapshots: null, byWorker: false });
  expect(valueOf(before, "trigger_system_events_decided_total")).toBe(2);
  expect(valueOf(before, "trigger_system_events_rejected_total")).toBe(1);
  expect(valueOf(before, "trigger_system_executions_created_total")).toBe(2);
  expect(valueOf(before, 'trigger_system_decisions_total{kind="sampled_out"}')).toBe(1);
  expect(valueOf(before, 'trigger_system_event_decision_seconds_bucket{le="1"}')).toBe(0);
  expect(valueOf(before, 'trigger_system_event_decision_seconds_bucket{le="2.5"}')).toBe(2);
  expect(valueOf(before, 'trigger_system_queue_executions{when="later"}')).toBe(2);
  expect(valueOf(before, "trigger_system_queue_oldest_due_seconds")).toBe(0);

  ctx.clock.advance(63_000);
  const late = await writeMetricsText(ctx, { snapshots: null, byWorker: false });
  expect(valueOf(late, 'trigger_system_queue_executions{when="due"}')).toBe(2);
  expect(valueOf(late, "trigger_system_queue_oldest_due_seconds")).toBe(3);

  await deliverAll(ctx);
  const after = await writeMetricsText(ctx, { snapshots: null, byWorker: false });
  expect(valueOf(after, 'trigger_system_attempts_total{kind="success"}')).toBe(1);
  expect(valueOf(after, 'trigger_system_attempts_total{kind="5xx"}')).toBe(1);
  expect(valueOf(after, 'trigger_system_executions_ended_total{status="completed"}')).toBe(1);
  expect(valueOf(after, 'trigger_system_executions_ended_total{status="error"}')).toBe(1);
  // The sum is the 2 s before the decision and the 3 s after the trigger's delay. The delay itself does not count.
  expect(valueOf(after, "trigger_system_event_delivery_seconds_sum")).toBeCloseTo(5, 1);
  expect(valueOf(after, 'trigger_system_breakers{state="closed"}')).toBe(2);
  expect(valueOf(after, "trigger_system_database_up")).toBe(1);
});
