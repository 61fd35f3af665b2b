import { Countdown } from "@/features/shared/execution-status-badge";
import { StatusLabel } from "@/components/status";
import type { ColorTone } from "@/components/ui/badge";
import type { RunRow, RunState } from "./types";

/** The label and the colour of each state of a run. */
export const runStateLabels: Record<RunState, { label: string; tone: ColorTone; isHollow?: boolean }> = {
  queued: { label: "Queued", tone: "neutral", isHollow: true },
  running: { label: "Running", tone: "running" },
  sleeping: { label: "Sleeping", tone: "neutral", isHollow: true },
  completed: { label: "Completed", tone: "success" },
  failed: { label: "Failed", tone: "danger" },
  cancelled: { label: "Cancelled", tone: "neutral" },
};

type RunStatusProps = { run: Pick<RunRow, "state" | "attempt" | "wakesAt"> };

/** Shows the state of a run as a dot and a word; for a sleeping run also the time until its next step. */
export function RunStateLabel({ run: { state, attempt, wakesAt } }: RunStatusProps) {
  const isRetry = state === "sleeping" && attempt > 0;
  const { label, tone, isHollow } = runStateLabels[state];
  return (
    <StatusLabel
      tone={isRetry ? "warning" : tone}
      isHollow={isRetry ? false : isHollow}
      detail={state === "sleeping" && wakesAt && <Countdown label={isRetry ? "next try" : "wakes"} date={wakesAt} />}
    >
      {isRetry ? "Will retry" : label}
    </StatusLabel>
  );
}
