"use client";

import { useSyncExternalStore } from "react";
import { subscribeToSeconds } from "@/lib/ticker";
import { formatRelativeTime, formatUtcTime } from "@/lib/format-time";
import { StatusLabel } from "@/components/status";
import type { ColorTone } from "@/components/ui/badge";

/** The status in the database and the API. */
export type StoredExecutionStatus = "PENDING" | "RUNNING" | "COMPLETED" | "ERROR" | "CANCELLED" | "SKIPPED";
/** The state that people see. A PENDING execution has one of four states, by the reason of its wait. */
export type ExecutionState =
  "WAITING" | "SCHEDULED" | "RETRYING" | "PAUSED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED" | "SKIPPED";

/** The name and the colour of each state in dots, chips and charts. */
export const executionStateLabels: Record<ExecutionState, { label: string; tone: ColorTone; isHollow?: boolean }> = {
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

/** Kinds of waits that only the endpoint or a person can end. */
const pauses: ReadonlySet<string> = new Set(["paused", "breaker", "probe"]);

type StateInput = {
  status: StoredExecutionStatus;
  /** the number of attempts so far; above 0, a waiting execution waits for a retry */
  attemptCount?: number;
  /** the reason of the wait, if it is known */
  wait?: { kind: string; until: Date | null } | null;
};

/** Returns the state that people see of a status. */
export function executionStateOf({ status, attemptCount = 0, wait }: StateInput): ExecutionState {
  if (status === "ERROR") return "FAILED";
  if (status !== "PENDING") return status;
  if (wait && pauses.has(wait.kind)) return "PAUSED";
  if (attemptCount > 0) return "RETRYING";
  return wait?.kind === "not due" ? "SCHEDULED" : "WAITING";
}

type ExecutionStatusProps = StateInput & {
  /** the earliest time of the next attempt; with it a waiting execution shows a countdown */
  dueAt?: Date;
  isCancelRequested?: boolean;
  className?: string;
};

/** Shows the status of an execution: a dot, a word, and the time of the next try. */
export function ExecutionStatusBadge({ dueAt, isCancelRequested = false, className, ...input }: ExecutionStatusProps) {
  const state = executionStateOf(input);
  const look = executionStateLabels[state];
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

/** Shows the time until a date, and counts down: `in 40 s`, then `now`. The label comes first, if there is one. */
export function Countdown({ label, date }: { label?: string; date: Date }) {
  const text = useSyncExternalStore(
    subscribeToSeconds,
    () => (date.getTime() - Date.now() < 1_500 ? "now" : formatRelativeTime(date, Date.now())),
    () => formatUtcTime(date).slice(0, -3),
  );
  return label ? `${label} ${text}` : text;
}
