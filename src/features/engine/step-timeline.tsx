import { Countdown } from "@/features/shared/execution-status-badge";
import { Time } from "@/components/time";
import { Timeline, type TimelineItem } from "@/components/timeline";
import { formatBytes } from "@/lib/format";
import type { Run } from "./types";

/** Shows the finished steps of a run in order, followed by the steps that the run waits for. */
export function StepTimeline({ run }: { run: Run }) {
  const items = [...run.steps.map(toItem), ...run.waits.map(toWait)];
  if (items.length === 0)
    return <p className="text-sm text-muted">No steps: the function has none, or has not begun its first one.</p>;
  return <Timeline label="Steps" items={items} />;
}

function toItem(step: Run["steps"][number]): TimelineItem {
  const tries = step.attempt > 0 ? `, after ${step.attempt + 1} tries` : "";
  return {
    id: step.id,
    tone: step.error ? "danger" : "success",
    title: step.name,
    time: <Time value={step.endedAt} format="absolute" />,
    ...(step.startedAt ? { durationMs: step.endedAt.getTime() - step.startedAt.getTime() } : {}),
    detail: step.error
      ? `${step.error.name}: ${step.error.message}`
      : `${kinds[step.op] ?? step.op}${tries}${step.size > 0 ? `, result of ${formatBytes(step.size)}` : ""}`,
  };
}

const kinds: Record<string, string> = {
  StepRun: "Step",
  Step: "Step",
  Sleep: "Sleep",
  sleep: "Sleep",
};

function toWait(wait: Run["waits"][number]): TimelineItem {
  const retries = wait.kind === "call" && wait.attempt > 0;
  const title = wait.kind === "call" ? calls[wait.state] : "Sleeps";
  return {
    id: `wait-${wait.kind}-${wait.stepId}`,
    tone: wait.state === "leased" ? "running" : retries ? "warning" : "neutral",
    isHollow: wait.state !== "leased" && !retries,
    title: retries && wait.state === "timer" ? "Will try again" : title,
    ...(wait.state === "leased" ? { durationMs: null } : {}),
    detail: wait.dueAt && <Countdown label={wait.kind === "call" ? "next try" : "until then:"} date={wait.dueAt} />,
  };
}

const calls = { ready: "Waits for its turn", leased: "Under way", timer: "Waits for its time" } as const;
