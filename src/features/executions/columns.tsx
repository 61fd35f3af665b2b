import { ExecutionStatus } from "@/components/execution-status";
import type { DataColumn } from "@/components/data-table/column";
import { Time } from "@/components/time";
import { formatDuration } from "@/lib/format";
import type { ExecutionRow } from "./types";

/** The columns of the list of executions. */
export const executionColumns: readonly DataColumn<ExecutionRow>[] = [
  {
    id: "status",
    header: "Status",
    width: "14rem",
    skeleton: "5.5rem",
    cell: (row) => (
      <>
        <ExecutionStatus
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
    id: "created",
    header: "Created",
    width: "6.5rem",
    skeleton: "4rem",
    mobile: "trailing",
    cell: (row) => <Time value={row.createdAt} className="text-muted" />,
  },
  { id: "what", header: "Trigger → action", skeleton: "70%", cell: (row) => <TriggerToAction row={row} /> },
  {
    id: "source",
    header: "Source ID",
    width: "11rem",
    skeleton: "8rem",
    cell: (row) => <span className="font-mono text-xs">{row.sourceId}</span>,
  },
  {
    id: "reason",
    header: "Reason",
    skeleton: "80%",
    mobile: "hide",
    isDesktopOnly: true,
    cell: (row) => <span className="text-muted">{row.statusReason}</span>,
  },
  {
    id: "attempts",
    header: "Tries",
    width: "4.5rem",
    align: "right",
    skeleton: "1rem",
    mobile: "hide",
    cell: (row) => <span className="tabular-nums">{row.attemptCount || "–"}</span>,
  },
  {
    id: "duration",
    header: "Took",
    width: "6.5rem",
    align: "right",
    skeleton: "3rem",
    mobile: "hide",
    cell: (row) => (
      <span className="text-muted tabular-nums">
        {row.startedAt && row.finishedAt ? formatDuration(row.finishedAt.getTime() - row.startedAt.getTime()) : "–"}
      </span>
    ),
  },
];

function TriggerToAction({ row: { trigger, action } }: { row: ExecutionRow }) {
  const name = ({ name, deleted }: ExecutionRow["trigger"]) => (deleted ? <s className="text-subtle">{name}</s> : name);
  return (
    <>
      {name(trigger)} <span className="text-subtle">→</span> {name(action)}
    </>
  );
}
