"use client";

import { shownExecutionStatusLabels } from "@/features/shared/execution-status-badge";
import { StatusDot } from "@/components/status";
import { Time } from "@/components/time";
import { toneFillClasses } from "@/components/tone-fill-classes";
import { Tooltip } from "@/components/ui/tooltip";
import { cn } from "@/lib/cn";
import { formatDuration } from "@/lib/format";
import { describeAttemptResult } from "./describe-attempt-result";
import { listAttemptAndWaitSpans } from "./attempt-and-wait-spans";
import type { Attempt, Execution } from "../types";

const fills: Record<Attempt["status"], string> = {
  RUNNING: `${toneFillClasses.running} animate-pulse`,
  SUCCEEDED: toneFillClasses.success,
  FAILED: toneFillClasses.danger,
  UNKNOWN: toneFillClasses.warning,
};

type AttemptStripProps = {
  execution: Pick<Execution, "attempts" | "createdAt" | "dueAt" | "status">;
  chosenId: string | null;
  onChoose: (id: string) => void;
};

/** Draws the attempts of an execution on one time axis: solid blocks are requests, and hatched blocks are waits. */
export function AttemptStrip({ execution, chosenId, onChoose }: AttemptStripProps) {
  const { attempts, status, dueAt } = execution;
  const chosen = attempts.find(({ id }) => id === chosenId) ?? attempts.at(-1);
  if (!chosen)
    return (
      <p className="flex items-center gap-2 text-xs text-muted">
        <StatusDot tone={shownExecutionStatusLabels.WAITING.tone} isHollow />
        {status === "PENDING" ? (
          <>
            No try yet, due <Time value={dueAt} />
          </>
        ) : (
          "No request was made."
        )}
      </p>
    );
  return (
    <div className="flex flex-col gap-1.5">
      <ol aria-label="Attempts" className="flex h-5 items-stretch gap-px">
        {listAttemptAndWaitSpans(execution).map(({ key, ms, attempt }) => (
          <li
            key={key}
            style={{ flexGrow: ms }}
            // A single attempt would fill the whole axis, so its block has a largest width.
            className={cn("flex basis-0 only:max-w-24", attempt ? "min-w-3" : "hatched min-w-1")}
          >
            {attempt && (
              <Tooltip content={`Attempt ${attempt.number}: ${describeAttemptResult(attempt)}`}>
                <button
                  type="button"
                  aria-label={`Attempt ${attempt.number}, ${describeAttemptResult(attempt)}`}
                  aria-pressed={attempt.id === chosen.id}
                  onClick={() => onChoose(attempt.id)}
                  className={cn(
                    "min-w-0 flex-1 rounded-xs opacity-60 transition-opacity hover:opacity-100",
                    "aria-pressed:opacity-100 aria-pressed:inset-ring-2 aria-pressed:inset-ring-foreground",
                    fills[attempt.status],
                  )}
                />
              </Tooltip>
            )}
          </li>
        ))}
      </ol>
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted tabular-nums">
        <span className="text-foreground">
          Attempt {chosen.number} of {attempts.length}
        </span>
        <span>{describeAttemptResult(chosen)}</span>
        {chosen.durationMs !== null && <span>{formatDuration(chosen.durationMs)}</span>}
        <Time value={chosen.startedAt} format="absolute" />
        {status === "PENDING" && (
          <span>
            · next try due <Time value={dueAt} />
          </span>
        )}
      </p>
    </div>
  );
}
