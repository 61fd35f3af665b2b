import { TriangleAlert } from "lucide-react";
import type { DataColumn } from "@/components/data-table/column";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Tooltip } from "@/components/ui/tooltip";
import { formatNumber } from "@/lib/format";
import { SilentTriggerNote } from "./silent-trigger-note";
import { MatchSparkline } from "./match-sparkline";
import { TriggerMenu } from "./trigger-menu";
import { TriggerSwitch } from "./trigger-switch";
import type { TriggerRow } from "./types";

export function makeTriggerColumns(projectId: string, mayWrite: boolean): readonly DataColumn<TriggerRow>[] {
  return [
    { id: "name", header: "Trigger", skeleton: "70%", cell: (row) => <NameAndSentence row={row} /> },
    {
      id: "on",
      header: "On",
      width: "4rem",
      skeleton: "2rem",
      mobile: "trailing",
      isInteractive: true,
      cell: (row) => (
        <TriggerSwitch projectId={projectId} trigger={row} isDisabled={!mayWrite || row.management === "managed"} />
      ),
    },
    { id: "actions", header: "Actions", width: "24%", skeleton: "60%", cell: (row) => <ActionNames row={row} /> },
    {
      id: "hours",
      header: "24 h by hour",
      width: "7rem",
      skeleton: "5rem",
      mobile: "hide",
      cell: (row) => <MatchSparkline hours={row.hours} />,
    },
    {
      id: "matched",
      header: "Matched 24 h",
      width: "7rem",
      align: "right",
      skeleton: "3rem",
      cell: (row) => <LastDay row={row} />,
    },
    {
      id: "created",
      header: "Executions 24 h",
      width: "9rem",
      align: "right",
      skeleton: "3rem",
      mobile: "hide",
      isWideOnly: true,
      cell: ({ last24h: { created } }) => <span className="tabular-nums">{formatNumber(created)}</span>,
    },
    {
      id: "fired",
      header: "Last fired",
      width: "11rem",
      align: "right",
      skeleton: "4rem",
      cell: (row) =>
        row.activity?.kind === "silent" ? (
          <SilentTriggerNote usual={row.activity.usual} />
        ) : row.lastExecutionAt ? (
          <Time value={row.lastExecutionAt} className="text-muted" />
        ) : (
          <span className="text-subtle">
            never<span className="sm:hidden"> fired</span>
          </span>
        ),
    },
    {
      id: "menu",
      header: "More",
      isHeaderHidden: true,
      width: "4rem",
      align: "right",
      skeleton: "1rem",
      mobile: "trailing",
      isInteractive: true,
      cell: (row) => <TriggerMenu projectId={projectId} trigger={row} mayWrite={mayWrite} />,
    },
  ];
}

function NameAndSentence({ row }: { row: TriggerRow }) {
  return (
    <>
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium">{row.name}</span>
        {row.management === "managed" && <Badge>managed by files</Badge>}
        {row.problem && (
          <Badge tone="danger">
            <TriangleAlert aria-hidden /> problem
          </Badge>
        )}
      </span>
      <span className="block truncate text-xs font-normal text-muted">{row.problem ?? row.sentence}</span>
    </>
  );
}

function ActionNames({ row: { actions } }: { row: TriggerRow }) {
  if (actions.length === 0) return <span className="text-warning-text">no action left</span>;
  return actions.map((action, index) => (
    <span key={action.id}>
      {index > 0 && ", "}
      {action.disabledAt ? <s className="text-subtle">{action.name}</s> : action.name}
      {action.disabledAt && <span className="sr-only"> (switched off)</span>}
    </span>
  ));
}

function LastDay({ row: { last24h } }: { row: TriggerRow }) {
  const { matched, sampledOut, created, skipped, cancelled } = last24h;
  const detail = [
    `${formatNumber(sampledOut)} sampled out`,
    `${formatNumber(created)} executions made`,
    `${formatNumber(skipped)} skipped`,
    `${formatNumber(cancelled)} cancelled`,
  ];
  return (
    <Tooltip content={detail.join(" · ")}>
      <span className="relative z-10 tabular-nums">
        {formatNumber(matched)}
        <span className="text-muted sm:hidden"> matched</span>
      </span>
    </Tooltip>
  );
}
