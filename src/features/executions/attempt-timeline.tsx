import { Countdown } from "@/components/execution-status";
import { Time } from "@/components/time";
import { Timeline, type TimelineItem } from "@/components/timeline";
import { Badge, type Tone } from "@/components/ui/badge";
import type { Attempt, Execution } from "./types";

const tones: Record<Attempt["status"], Tone> = {
  RUNNING: "running",
  SUCCEEDED: "success",
  FAILED: "danger",
  UNKNOWN: "warning",
};

/** What an attempt came to, in two or three words. */
export function attemptResult({ status, responseStatus }: Attempt): string {
  if (responseStatus !== null) return `HTTP ${responseStatus}`;
  return { RUNNING: "sending", SUCCEEDED: "delivered", FAILED: "no response", UNKNOWN: "outcome unknown" }[status];
}

/** The attempts one after the other, with the waits between them, and when the next one is. */
export function AttemptTimeline({ execution }: { execution: Execution }) {
  const { attempts, createdAt, status, dueAt } = execution;
  const items = attempts.map((attempt, index): TimelineItem => {
    const before = attempts[index - 1];
    const waitMs =
      attempt.startedAt.getTime() - (before ? (before.finishedAt ?? before.startedAt) : createdAt).getTime();
    return { ...toItem(attempt), waitMs: waitMs >= 1 ? waitMs : null, waitLabel: "waited" };
  });
  if (status === "PENDING") items.push(nextItem(dueAt, attempts.length > 0));
  if (items.length === 0) return <p className="text-sm text-muted">No request was made.</p>;
  return <Timeline label="Attempts" items={items} />;
}

function toItem(attempt: Attempt): TimelineItem {
  const problem = "problem" in attempt.request ? attempt.request.problem : null;
  return {
    id: attempt.id,
    tone: tones[attempt.status],
    title: (
      <>
        Attempt {attempt.number} <span className="font-normal text-muted">· {attemptResult(attempt)}</span>
      </>
    ),
    time: <Time value={attempt.startedAt} format="absolute" />,
    durationMs: attempt.status === "RUNNING" ? null : (attempt.durationMs ?? undefined),
    detail: attempt.status !== "SUCCEEDED" && attempt.status !== "RUNNING" && (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {attempt.errorCode && (
          <Badge tone={tones[attempt.status]} isMono>
            {attempt.errorCode}
          </Badge>
        )}
        {attempt.message ?? problem}
      </span>
    ),
  };
}

function nextItem(dueAt: Date, isRetry: boolean): TimelineItem {
  const title = <Countdown label={isRetry ? "Next try" : "First try"} date={dueAt} />;
  return {
    id: "next",
    tone: isRetry ? "warning" : "neutral",
    isHollow: true,
    title,
    time: <Time value={dueAt} format="absolute" />,
  };
}
