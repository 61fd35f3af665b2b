import { ExecutionStatusBadge } from "@/features/shared/execution-status-badge";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { describeStatusReason, describeLastAttemptResult, describeAttempts } from "../describe-execution";
import type { ExecutionRow } from "../types";

/**
 * Shows the status of an execution and the reason for it. A row of the list has all of this data, so the summary
 * appears before the server answers.
 */
export function ExecutionStatusSummary({ execution }: { execution: Omit<ExecutionRow, "observation"> }) {
  const { status, attemptCount, wait, cancelRequestedAt, isResend, createdAt, errorCode } = execution;
  const span = describeAttempts(execution);
  const reason = describeStatusReason(execution);
  return (
    <div className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm">
        <ExecutionStatusBadge
          status={status}
          attemptCount={attemptCount}
          wait={wait}
          isCancelRequested={cancelRequestedAt !== null}
          className="text-base font-medium"
        />
        {attemptCount > 0 && (
          <Badge tone={errorCode === null ? "success" : "danger"} isMono>
            {describeLastAttemptResult(execution)}
          </Badge>
        )}
        {span && <span className="text-muted tabular-nums">{span}</span>}
        {isResend && <Badge tone="outline">Sent again by hand</Badge>}
        <Time value={createdAt} className="ml-auto text-xs text-muted" />
      </div>
      {reason && <p className="text-sm break-words text-muted">{reason}</p>}
    </div>
  );
}
