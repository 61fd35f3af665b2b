import { getEventNounForms } from "@/domain/event-source/event-noun";
import { NoValueDash } from "@/components/data-table/no-value-dash";
import { ExecutionStatusBadge } from "@/features/shared/execution-status-badge";
import type { DataColumn } from "@/components/data-table/column";
import { Time } from "@/components/time";
import { TruncatedName } from "@/components/truncated-name";
import { cn } from "@/lib/cn";
import { formatDuration } from "@/lib/format";
import { describeStatusReason, describeLastAttemptResult, describeAttempts, shortenId } from "./describe-execution";
import type { ExecutionRow } from "./types";

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
    width: "10.5rem",
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
    cell: ({ trigger }) => (
      <TruncatedName isDeleted={trigger.deleted} className="font-medium">
        {trigger.name}
      </TruncatedName>
    ),
  },
  {
    id: "action",
    header: "Action",
    skeleton: "60%",
    cell: ({ action }) => <TruncatedName isDeleted={action.deleted}>{action.name}</TruncatedName>,
  },
  {
    id: "observation",
    header: getEventNounForms().heading,
    skeleton: "70%",
    mobile: "hide",
    cell: (row) => (
      <span className="flex min-w-0 gap-2" title={row.sourceId}>
        {row.observation?.name && <TruncatedName>{row.observation.name}</TruncatedName>}
        {/* Below 100rem (1,600 px) the id beside a name is hidden, because both together need too much room. */}
        <span className={cn("truncate", row.observation?.name && "shrink-0 max-[100rem]:hidden")}>
          {id(row.sourceId)}
        </span>
      </span>
    ),
  },
  {
    id: "reason",
    header: "Reason",
    skeleton: "80%",
    mobile: "hide",
    isWideOnly: true,
    cell: (row) => <span className="text-muted">{describeStatusReason(row) || <NoValueDash />}</span>,
  },
  {
    id: "environment",
    header: "Env",
    width: "6.5rem",
    skeleton: "4rem",
    mobile: "hide",
    isRoomyOnly: true,
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
    width: "4.75rem",
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
    width: "6.75rem",
    align: "right",
    skeleton: "4rem",
    cell: (row) => <Time value={row.createdAt} className="text-muted" />,
  },
];
