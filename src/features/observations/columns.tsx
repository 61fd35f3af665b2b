import type { DataColumn } from "@/components/data-table/column";
import { Time } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { formatCost, formatDuration, formatNumber } from "@/lib/format";
import { LevelStatus } from "./level-status";
import type { ObservationRow } from "./types";

const Dash = () => <span className="text-subtle">–</span>;

export const observationColumns: readonly DataColumn<ObservationRow>[] = [
  {
    id: "name",
    header: "Name",
    skeleton: "60%",
    cell: (row) => (
      <span className="block truncate">
        <span className="font-medium">{row.name ?? "Unnamed"}</span>
        <span className="ml-2 font-mono text-xs font-normal text-subtle max-sm:sr-only">{row.id}</span>
      </span>
    ),
  },
  {
    id: "level",
    header: "Level",
    width: "6.5rem",
    skeleton: "4rem",
    cell: (row) => <LevelStatus level={row.level ?? "DEFAULT"} />,
  },
  {
    id: "type",
    header: "Type",
    width: "7.75rem",
    skeleton: "5rem",
    cell: (row) => (row.type ? <Badge tone="outline">{row.type}</Badge> : <Dash />),
  },
  {
    id: "model",
    header: "Model",
    width: "9rem",
    skeleton: "6rem",
    cell: (row) => row.model ?? <Dash />,
    mobile: "hide",
  },
  {
    id: "environment",
    header: "Environment",
    width: "7rem",
    skeleton: "5rem",
    mobile: "hide",
    isDesktopOnly: true,
    cell: (row) => <span className="text-muted">{row.environment}</span>,
  },
  {
    id: "latency",
    header: "Latency",
    width: "5rem",
    align: "right",
    skeleton: "3rem",
    cell: (row) => (
      <span className="tabular-nums">{row.latency === null ? <Dash /> : formatDuration(row.latency * 1_000)}</span>
    ),
    mobile: "hide",
  },
  {
    id: "tokens",
    header: "Tokens",
    width: "4.5rem",
    align: "right",
    skeleton: "2.5rem",
    mobile: "hide",
    isDesktopOnly: true,
    cell: (row) => (
      <span className="tabular-nums">{row.totalTokens === null ? <Dash /> : formatNumber(row.totalTokens)}</span>
    ),
  },
  {
    id: "cost",
    header: "Cost",
    width: "5.25rem",
    align: "right",
    skeleton: "3rem",
    mobile: "hide",
    isDesktopOnly: true,
    cell: (row) => (
      <span className="tabular-nums">{row.totalCost === null ? <Dash /> : formatCost(row.totalCost)}</span>
    ),
  },
  {
    id: "received",
    header: "Received",
    width: "6.5rem",
    skeleton: "4rem",
    mobile: "trailing",
    cell: (row) => <Time value={row.receivedAt} className="text-muted" />,
  },
];
