import type { DataColumn } from "@/components/data-table/column";
import { Time } from "@/components/time";
import { formatDuration, formatCountWithNoun } from "@/lib/format";
import { RunStateLabel } from "./run-state-label";
import type { RunRow } from "./types";

export const runColumns: readonly DataColumn<RunRow>[] = [
  {
    id: "state",
    header: "State",
    width: "13rem",
    skeleton: "5.5rem",
    cell: (run) => (
      <>
        <RunStateLabel run={run} />
        <span className="sr-only">
          : {run.functionName}, run {run.id}
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
    cell: (run) => <Time value={run.createdAt} className="text-muted" />,
  },
  { id: "function", header: "Function", width: "14rem", skeleton: "9rem", cell: (run) => run.functionName },
  {
    id: "error",
    header: "Error",
    skeleton: "70%",
    cell: (run) => <span className="text-muted">{run.error ? `${run.error.name}: ${run.error.message}` : ""}</span>,
  },
  {
    id: "events",
    header: "Handles",
    width: "6.5rem",
    align: "right",
    skeleton: "3rem",
    mobile: "hide",
    isDesktopOnly: true,
    cell: (run) => <span className="text-muted tabular-nums">{formatCountWithNoun(run.eventCount, "event")}</span>,
  },
  {
    id: "took",
    header: "Took",
    width: "6.5rem",
    align: "right",
    skeleton: "3rem",
    mobile: "hide",
    cell: (run) => (
      <span className="text-muted tabular-nums">
        {run.endedAt ? formatDuration(run.endedAt.getTime() - (run.startedAt ?? run.createdAt).getTime()) : "–"}
      </span>
    ),
  },
];
