import { eventNounForms } from "@/domain/event-source/event-noun";
import { NoValue } from "@/components/data-table/no-value";
import { ExecutionStatusBadge } from "@/features/shared/execution-status-badge";
import type { DataColumn } from "@/components/data-table/column";
import { Time } from "@/components/time";
import { cn } from "@/lib/cn";
import { formatDuration } from "@/lib/format";
import { describeStatusReason, describeLastAttemptResult, describeAttempts, shortenId } from "./describe-execution";
import type { ExecutionRow } from "./types";

const name = ({ name, deleted }: ExecutionRow["trigger"]) => (deleted ? <s className="text-subtle">{name}</s> : name);
const id = (text: string) => (
  <span title={text} className="font-mono text-xs text-muted">
    {shortenId(text)}
  </span>
);

/** All columns of the list of executions. A person chooses which of them are visible. */
export const executionColumns: readonly DataColumn<ExecutionRow>[] = [
  {
    id: "status",
    header: "Status",
    width: "11.75rem",
    skeleton: "5.5rem",
    cell: (row) => (
      <>
        <ExecutionStatusBadge
          status={row.status}
          attemptCount={row.attemptCount}
          wait={row.wait}
          isCancelRequested={row.cancelRequestedAt !== null}
        />
        <span className="sr-only">
          : {row.trigger.name} to {row.action.name}, source {row.sourceId}
        </span>
      </>
    ),
  },
  {
    id: "result",
    header: "Result",
    width: "4.5rem",
    skeleton: "2.5rem",
    mobile: "trailing",
    cell: (row) => (
      <span className={cn("tabular-nums", row.errorCode === null ? "text-muted" : "text-danger-text")}>
        {describeLastAttemptResult(row)}
      </span>
    ),
  },
  {
    id: "trigger",
    header: "Trigger",
    skeleton: "70%",
    cell: (row) => <span className="font-medium">{name(row.trigger)}</span>,
  },
  { id: "action", header: "Action", skeleton: "60%", cell: (row) => name(row.action) },
  {
    id: "observation",
    header: eventNounForms().heading,
    skeleton: "70%",
    mobile: "hide",
    cell: (row) => (
      <>
        {row.observation?.name && <span title={row.sourceId}>{row.observation.name}</span>}
        {/* Narrow screens hide the id beside a name, because both together need too much room. */}
        <span className={cn(row.observation?.name && "ml-2 max-[100rem]:hidden")}>{id(row.sourceId)}</span>
      </>
    ),
  },
  {
    id: "reason",
    header: "Reason",
    skeleton: "80%",
    mobile: "hide",
    isWideOnly: true,
    cell: (row) => <span className="text-muted">{describeStatusReason(row) || <NoValue />}</span>,
  },
  {
    id: "environment",
    header: "Env",
    width: "6.5rem",
    skeleton: "4rem",
    mobile: "hide",
    isDesktopOnly: true,
    cell: (row) => <span className="text-muted">{row.observation?.environment ?? "–"}</span>,
  },
  {
    id: "trace",
    header: "Trace",
    width: "8.5rem",
    skeleton: "6rem",
    mobile: "hide",
    isDesktopOnly: true,
    isHiddenAtFirst: true,
    cell: (row) => (row.observation?.traceId ? id(row.observation.traceId) : "–"),
  },
  {
    id: "id",
    header: "Execution ID",
    width: "8.5rem",
    skeleton: "6rem",
    mobile: "hide",
    isDesktopOnly: true,
    isHiddenAtFirst: true,
    cell: (row) => id(row.id),
  },
  {
    id: "attempts",
    header: "Tries",
    width: "3.5rem",
    align: "right",
    skeleton: "1rem",
    mobile: "hide",
    cell: (row) => <span className="tabular-nums">{row.attemptCount || "–"}</span>,
  },
  {
    id: "duration",
    header: "Took",
    width: "5rem",
    align: "right",
    skeleton: "3rem",
    mobile: "hide",
    cell: (row) => (
      <span title={describeAttempts(row) ?? undefined} className="text-muted tabular-nums">
        {row.lastAttemptMs === null ? "–" : formatDuration(row.lastAttemptMs)}
      </span>
    ),
  },
  {
    id: "created",
    header: "Age",
    width: "7.25rem",
    align: "right",
    skeleton: "4rem",
    cell: (row) => <Time value={row.createdAt} className="text-muted" />,
  },
];
