import type { DataColumn } from "@/components/data-table/column";
import { NoValueDash } from "@/components/data-table/no-value-dash";
import { ActionHealthLabel } from "@/features/shared/action-health-label";
import { Time } from "@/components/time";
import { Tooltip } from "@/components/ui/tooltip";
import { DEGRADED_BELOW_SUCCESS_RATE } from "@/domain/action-health";
import { cn } from "@/lib/cn";
import { formatCappedCount, formatDuration, formatRateWithOneDecimal, formatCountWithNoun } from "@/lib/format";
import { ActionMenu } from "./action-menu";
import { ActionSwitch } from "./action-switch";
import type { ActionRow } from "./types";

export function makeActionColumns(projectId: string, mayWrite: boolean): readonly DataColumn<ActionRow>[] {
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
    {
      id: "health",
      header: "Health",
      width: "12rem",
      skeleton: "60%",
      cell: (row) => <ActionHealthLabel health={row.health} detail="next" className="max-w-full" />,
    },
    {
      id: "rate",
      header: "Success 24 h",
      width: "7rem",
      align: "right",
      skeleton: "3rem",
      cell: (row) => <SuccessRate row={row} />,
    },
    {
      id: "p95",
      header: "p95 24 h",
      width: "5.5rem",
      align: "right",
      skeleton: "3rem",
      mobile: "hide",
      isDesktopOnly: true,
      cell: ({ day: { p95Ms } }) => (p95Ms === null ? <NoValueDash /> : formatDuration(p95Ms)),
    },
    {
      id: "waiting",
      header: "Waiting",
      width: "5.5rem",
      align: "right",
      skeleton: "2rem",
      cell: ({ health: { waiting } }) => <Waiting count={waiting} />,
    },
    { id: "error", header: "Last error", width: "15%", skeleton: "60%", cell: (row) => <LastError row={row} /> },
    {
      id: "triggers",
      header: "Used by",
      width: "12%",
      skeleton: "60%",
      isWideOnly: true,
      cell: (row) => <UsedBy row={row} />,
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
          {row.target ? [row.target.verb, row.target.address].filter(Boolean).join(" ") : row.type}
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

function SuccessRate({ row: { day } }: { row: ActionRow }) {
  if (day.successRate === null) return <NoValueDash />;
  return (
    <Tooltip content={formatCountWithNoun(day.attempts, "attempt")}>
      <span
        className={cn(
          "relative z-10 tabular-nums",
          day.successRate < DEGRADED_BELOW_SUCCESS_RATE && "text-danger-text",
        )}
      >
        {formatRateWithOneDecimal(day.successRate)}
      </span>
    </Tooltip>
  );
}

function LastError({ row: { health } }: { row: ActionRow }) {
  if (!health.lastFailure) return <NoValueDash />;
  return (
    <>
      <span className="block truncate max-sm:inline">{health.lastFailure.message} </span>
      <Time value={health.lastFailure.at} className="block text-xs text-muted max-sm:inline" />
    </>
  );
}

function Waiting({ count }: { count: number }) {
  if (count === 0) return <NoValueDash />;
  return (
    <>
      {formatCappedCount(count)}
      <span className="sm:hidden"> waiting</span>
    </>
  );
}
