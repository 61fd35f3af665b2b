import { useState, type ReactNode } from "react";
import { formatNumber } from "@/lib/format";
import { ButtonError } from "@/components/button-error";
import { ConfirmButton } from "@/components/confirm-button";
import { ProgressBar } from "@/components/progress-bar";
import { StatusLabel } from "@/components/status";
import type { ColorTone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";

type JobState = "RUNNING" | "PAUSED" | "COMPLETED" | "CANCELLED" | "FAILED";

const looks: Record<JobState, { label: string; tone: ColorTone }> = {
  RUNNING: { label: "Running", tone: "running" },
  PAUSED: { label: "Paused", tone: "warning" },
  COMPLETED: { label: "Done", tone: "success" },
  CANCELLED: { label: "Cancelled", tone: "neutral" },
  FAILED: { label: "Failed", tone: "danger" },
};

/** The functions that pause, resume and cancel a job. A failed call rejects. */
type JobControls = {
  pause: () => Promise<unknown>;
  resume: () => Promise<unknown>;
  cancel: () => Promise<unknown>;
  isBusy: boolean;
};

type JobProgressProps = {
  /** the accessible name of the job, such as `Backfill of 3 May, 12:00` */
  label: string;
  /** the noun for the job, such as `backfill` or `resend` */
  noun: string;
  /** the plural noun for what the job processes, such as `executions` */
  things: string;
  job: { status: JobState; statusReason: string; processed: number; total: number };
  /** the functions behind the buttons; null without the permission, and then there are no buttons */
  controls: JobControls | null;
  /** content below the progress bar: what the job works on, and its results so far */
  children: ReactNode;
};

/** Shows a background job: its progress, and buttons that pause, resume and cancel it. */
export function JobProgress({
  label,
  noun,
  things,
  job: { status, statusReason, processed, total },
  controls,
  children,
}: JobProgressProps) {
  const look = looks[status];
  const [error, setError] = useState<Error | null>(null);
  const isLive = status === "RUNNING" || status === "PAUSED";
  return (
    <div className="flex flex-col gap-2 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <StatusLabel tone={look.tone} detail={`${formatNumber(processed)} of ${formatNumber(total)} ${things}`}>
          {look.label}
        </StatusLabel>
        {isLive && controls && <Controls status={status} noun={noun} controls={controls} onError={setError} />}
      </div>
      {isLive && <ButtonError error={error} />}
      <ProgressBar label={label} done={processed} total={total} />
      {statusReason && <p className="text-xs break-words text-muted">{statusReason}</p>}
      {children}
    </div>
  );
}

type ControlsProps = {
  status: JobState;
  noun: string;
  controls: JobControls;
  /** called with the error of a pause or a resume, and with null before the next try */
  onError: (error: Error | null) => void;
};

function Controls({ status, noun, controls, onError }: ControlsProps) {
  const change = (action: () => Promise<unknown>) => {
    onError(null);
    action().catch(onError);
  };
  return (
    <span className="flex gap-1.5">
      <Button
        size="sm"
        isLoading={controls.isBusy}
        onClick={() => change(status === "RUNNING" ? controls.pause : controls.resume)}
      >
        {status === "RUNNING" ? "Pause" : "Resume"}
      </Button>
      <ConfirmButton
        size="sm"
        variant="danger-ghost"
        title={`Cancel the ${noun}?`}
        description="Its results stay. A cancelled job cannot be resumed, but you can start another."
        confirmLabel={`Cancel ${noun}`}
        isDanger
        onConfirm={controls.cancel}
      >
        Cancel
      </ConfirmButton>
    </span>
  );
}
