import { Status } from "@/components/status";
import { Time } from "@/components/time";
import type { Tone } from "@/components/ui/badge";
import type { Run, RunState } from "./types";

export const stateWords: Record<RunState, string> = {
  queued: "Queued",
  running: "Running",
  sleeping: "Sleeping",
  completed: "Completed",
  failed: "Failed",
  cancelled: "Cancelled",
};

const tones: Record<RunState, Tone> = { queued: "neutral", running: "running", sleeping: "neutral", completed: "success", failed: "danger", cancelled: "neutral" };

/** A run's state: what waits says until when, what has failed before that it will try again. */
export function RunStatus({ run }: { run: Run }) {
  const isRetry = run.attempt > 0 && run.endedAt === null;
  const detail = run.wakesAt ? <Time value={run.wakesAt} /> : undefined;
  return (
    <Status tone={isRetry ? "warning" : tones[run.state]} isHollow={run.state === "cancelled" || run.state === "queued"} detail={detail}>
      {isRetry ? `Will retry (try ${run.attempt + 1})` : stateWords[run.state]}
    </Status>
  );
}
