"use client";

import { formatRelativeTime } from "@/lib/format-time";
import { StatusLabel } from "@/components/status";
import type { ColorTone } from "@/components/ui/badge";
import { useClockValue } from "@/components/use-clock-value";

/** The status of an execution as the database and the API name it. */
export type StoredExecutionStatus = "PENDING" | "RUNNING" | "COMPLETED" | "ERROR" | "CANCELLED" | "SKIPPED";
/**
 * The state of an execution as pages name it. A PENDING execution is WAITING, SCHEDULED, RETRYING or PAUSED, depending
 * on why it waits.
 */
export type ShownExecutionStatus =
  "WAITING" | "SCHEDULED" | "RETRYING" | "PAUSED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED" | "SKIPPED";

/** The label and the colour of each state of an execution, in dots, chips and charts. */
export const shownExecutionStatusLabels: Record<
  ShownExecutionStatus,
  { label: string; tone: ColorTone; isHollow?: boolean }
> = {
  WAITING: { label: "Waiting", tone: "running", isHollow: true },
  SCHEDULED: { label: "Scheduled", tone: "scheduled" },
  RETRYING: { label: "Retrying", tone: "warning" },
  PAUSED: { label: "Paused", tone: "warning", isHollow: true },
  RUNNING: { label: "Sending", tone: "running" },
  COMPLETED: { label: "Delivered", tone: "success" },
  FAILED: { label: "Failed", tone: "danger" },
  CANCELLED: { label: "Cancelled", tone: "neutral" },
  SKIPPED: { label: "Skipped", tone: "neutral", isHollow: true },
};

/** Kinds of waits that count as PAUSED: they end when the endpoint recovers, or when a person resumes the action. */
const pauses: ReadonlySet<string> = new Set(["paused", "breaker", "probe"]);

type StateInput = {
  status: StoredExecutionStatus;
  /** the number of attempts so far; above 0, a waiting execution that is not PAUSED counts as RETRYING */
  attemptCount?: number;
  /** why a PENDING execution waits, and until when; null or undefined if unknown */
  wait?: { kind: string; until: Date | null } | null;
};

/** Converts a stored status into the state that pages show. */
export function deriveShownExecutionStatus({ status, attemptCount = 0, wait }: StateInput): ShownExecutionStatus {
  if (status === "ERROR") return "FAILED";
  if (status !== "PENDING") return status;
  if (wait && pauses.has(wait.kind)) return "PAUSED";
  if (attemptCount > 0) return "RETRYING";
  return wait?.kind === "not due" ? "SCHEDULED" : "WAITING";
}

type ExecutionStatusProps = StateInput & {
  /**
   * the earliest time of the next attempt, for callers without `wait`; a waiting execution then shows a countdown to it
   */
  dueAt?: Date;
  isCancelRequested?: boolean;
  className?: string;
};

/** Shows the state of an execution as a dot and a word, with a countdown to the next attempt while it waits. */
export function ExecutionStatusBadge({ dueAt, isCancelRequested = false, className, ...input }: ExecutionStatusProps) {
  const state = deriveShownExecutionStatus(input);
  const look = shownExecutionStatusLabels[state];
  const until = input.wait === undefined ? dueAt : input.wait?.until;
  const detail =
    input.status === "PENDING" && until ? (
      <Countdown date={until} />
    ) : state === "RUNNING" && isCancelRequested ? (
      "last attempt"
    ) : undefined;
  return (
    <StatusLabel
      tone={look.tone}
      isHollow={look.isHollow}
      isLoud={state === "FAILED" || state === "PAUSED"}
      className={className}
      detail={detail}
    >
      {look.label}
    </StatusLabel>
  );
}

/** Shows the time until a date as a countdown: an optional label, then `in 40 s` and at last `now`. */
export function Countdown({ label, date }: { label?: string; date: Date }) {
  const text = useClockValue((now) => (date.getTime() - now < 1_500 ? "now" : formatRelativeTime(date, now)));
  return label ? `${label} ${text}` : text;
}
