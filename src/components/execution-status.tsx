"use client";

import { useSyncExternalStore } from "react";
import { subscribeToSeconds } from "@/lib/ticker";
import { relativeTime, utcTime } from "@/lib/time";
import { Status } from "./status";
import type { Tone } from "./ui/badge";

export type ExecutionState = "PENDING" | "RUNNING" | "COMPLETED" | "ERROR" | "CANCELLED" | "SKIPPED";

/** How each status of an execution is called and coloured. */
export const executionLooks: Record<ExecutionState, { label: string; tone: Tone; isHollow?: boolean }> = {
  PENDING: { label: "Waiting", tone: "neutral", isHollow: true },
  RUNNING: { label: "Sending", tone: "running" },
  COMPLETED: { label: "Delivered", tone: "success" },
  ERROR: { label: "Failed", tone: "danger" },
  CANCELLED: { label: "Cancelled", tone: "neutral" },
  SKIPPED: { label: "Skipped", tone: "neutral", isHollow: true },
};

type ExecutionStatusProps = {
  status: ExecutionState;
  /** attempts made; with some, what waits will be tried again */
  attemptCount?: number;
  /** when it is sent at the earliest; adds a countdown to what waits */
  dueAt?: Date;
  isCancelRequested?: boolean;
  className?: string;
};

/** The status of an execution: a dot, a word, and when it is tried next. */
export function ExecutionStatus({
  status,
  attemptCount = 0,
  dueAt,
  isCancelRequested = false,
  className,
}: ExecutionStatusProps) {
  const look = executionLooks[status];
  if (status === "PENDING" && attemptCount > 0) {
    return (
      <Status tone="warning" className={className} detail={dueAt && <Countdown label="next try" date={dueAt} />}>
        Will retry
      </Status>
    );
  }
  const detail =
    status === "PENDING" && dueAt ? (
      <Countdown label="due" date={dueAt} />
    ) : status === "RUNNING" && isCancelRequested ? (
      "last attempt"
    ) : undefined;
  return (
    <Status tone={look.tone} isHollow={look.isHollow} className={className} detail={detail}>
      {look.label}
    </Status>
  );
}

/** `next try in 40 s`, ticking; `next try now` once the time has come. */
export function Countdown({ label, date }: { label: string; date: Date }) {
  const text = useSyncExternalStore(
    subscribeToSeconds,
    () => (date.getTime() - Date.now() < 1_500 ? "now" : relativeTime(date, Date.now())),
    () => utcTime(date).slice(0, -3),
  );
  return `${label} ${text}`;
}
