import type { DataColumn } from "@/components/data-table/column";
import { formatNumber } from "@/lib/format";
import { ActionMenu } from "./action-menu";
import { ActionSwitch } from "./action-switch";
import type { ActionRow } from "./types";

/** The columns of the list of actions. */
export function actionColumns(projectId: string, mayWrite: boolean): readonly DataColumn<ActionRow>[] {
  return [
    { id: "name", header: "Action", skeleton: "70%", cell: (row) => <NameAndTarget row={row} /> },
    {
      id: "on",
      header: "On",
      width: "4rem",
      skeleton: "2rem",
      mobile: "trailing",
      isInteractive: true,
      cell: (row) => <ActionSwitch projectId={projectId} action={row} isDisabled={!mayWrite} />,
    },
    { id: "triggers", header: "Used by", width: "26%", skeleton: "60%", cell: (row) => <UsedBy row={row} /> },
    {
      id: "day",
      header: "Last 24 h",
      width: "13rem",
      align: "right",
      skeleton: "9rem",
      cell: (row) => <LastDay row={row} />,
    },
    {
      id: "menu",
      header: "More",
      width: "4rem",
      align: "right",
      skeleton: "1rem",
      mobile: "trailing",
      isInteractive: true,
      cell: (row) => <ActionMenu projectId={projectId} action={row} mayWrite={mayWrite} />,
    },
  ];
}

function NameAndTarget({ row }: { row: ActionRow }) {
  return (
    <>
      <span className="block truncate font-medium">{row.name}</span>
      {row.problem ? (
        <span className="block truncate text-xs font-normal text-danger-text">{row.problem}</span>
      ) : row.disabledReason ? (
        <span className="block truncate text-xs font-normal text-warning-text">{row.disabledReason}</span>
      ) : (
        <span className="block truncate font-mono text-xs font-normal text-muted">
          {row.configuration ? `${row.configuration.method} ${row.configuration.url}` : row.type}
        </span>
      )}
    </>
  );
}

function UsedBy({ row: { triggers } }: { row: ActionRow }) {
  if (triggers.length === 0) return <span className="text-subtle">no trigger</span>;
  return triggers.map((trigger, index) => (
    <span key={trigger.id} className={trigger.status === "ACTIVE" ? undefined : "text-subtle"}>
      {index > 0 && ", "}
      {trigger.name}
      {trigger.status === "DISABLED" && " (off)"}
    </span>
  ));
}

function LastDay({ row: { last24h } }: { row: ActionRow }) {
  return (
    <span className="tabular-nums">
      {formatNumber(last24h.completed)} <span className="text-muted">delivered</span>{" "}
      <span className="text-subtle">/</span>{" "}
      <span className={last24h.failed > 0 ? "text-danger-text" : undefined}>{formatNumber(last24h.failed)}</span>{" "}
      <span className="text-muted">failed</span>
    </span>
  );
}
