import type { DataColumn } from "@/components/data-table/column";
import { NoValueDash } from "@/components/data-table/no-value-dash";
import { StatusLabel } from "@/components/status";
import { Time } from "@/components/time";
import { TruncatedName } from "@/components/truncated-name";
import { Badge } from "@/components/ui/badge";
import type { EventSource, EventSummaryValue, EventListColumn } from "@/domain/event-source/event-source";
import { readListColumnValue } from "@/domain/event-source/list-column-value";
import { getEventSource } from "@/domain/event-source/registry";
import { formatCost, formatDuration, formatNumber } from "@/lib/format";
import { cn } from "@/lib/cn";
import { shortenMiddle } from "@/lib/shorten-middle";
import type { ObservationRow } from "./types";

/**
 * Returns the table columns for events of one event source. Null stands for several sources: the list then has the
 * name, the event source and the time of receipt.
 */
export function makeObservationColumns(source: EventSource | null): readonly DataColumn<ObservationRow>[] {
  return [...(source?.list ?? mixed).map(drawn), received];
}

/** The columns of a list with several event sources. One column names the event source of each row. */
const mixed: readonly EventListColumn[] = [
  { id: "name", header: "Name", kind: "name" },
  { id: "eventSource", header: "Event", kind: "text", width: "14rem" },
];

const received: DataColumn<ObservationRow> = {
  id: "received",
  header: "Received",
  width: "7.25rem",
  align: "right",
  skeleton: "4rem",
  mobile: "trailing",
  cell: (row) => <Time value={row.receivedAt} className="text-muted" />,
};

const skeletons: Record<EventListColumn["kind"], string> = {
  name: "60%",
  mark: "4rem",
  badge: "5rem",
  text: "5rem",
  duration: "3rem",
  number: "2.5rem",
  cost: "3rem",
};

function drawn(column: EventListColumn): DataColumn<ObservationRow> {
  const { id, header, kind, width, isOffPhones, isDesktopOnly } = column;
  return {
    id,
    header,
    skeleton: skeletons[kind],
    ...(width === undefined ? {} : { width }),
    ...(kind === "duration" || kind === "number" || kind === "cost" ? { align: "right" as const } : {}),
    ...(isOffPhones ? { mobile: "hide" as const } : {}),
    ...(isDesktopOnly ? { isDesktopOnly } : {}),
    cell: (row) =>
      kind === "name" ? (
        <NameCell row={row} />
      ) : (
        <ListColumnCell column={column} value={readListColumnValue(row, id)} />
      ),
  };
}

function NameCell({ row }: { row: ObservationRow }) {
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <TruncatedName className="font-medium">{row.name ?? "Unnamed"}</TruncatedName>
      {/* Narrow screens hide the id beside a name, because both together need too much room. */}
      <span className={cn("shrink-0 font-mono text-xs font-normal text-subtle", row.name && "max-[90rem]:sr-only")}>
        {shortenMiddle(row.id, 24)}
      </span>
    </span>
  );
}

/** Renders one table cell by the kind of its column, such as a mark, a number or a duration. */
export function ListColumnCell({ column, value }: { column: EventListColumn; value: EventSummaryValue }) {
  if (column.kind === "mark") {
    const mark = String(value ?? column.usual);
    const { label, ...look } = column.looks[mark] ?? { label: mark, tone: "neutral" };
    return <StatusLabel {...look}>{label}</StatusLabel>;
  }
  if (value === null) return <NoValueDash />;
  if (column.kind === "badge") return <Badge tone="outline">{String(value)}</Badge>;
  if (typeof value !== "number") return String(value);
  return <span className="tabular-nums">{formatted(column.kind, value)}</span>;
}

function formatted(kind: Exclude<EventListColumn["kind"], "mark" | "badge">, value: number): string {
  switch (kind) {
    case "duration":
      return formatDuration(value * 1_000);
    case "cost":
      return formatCost(value);
    case "name":
    case "text":
    case "number":
      return formatNumber(value);
    default:
      return kind satisfies never;
  }
}

/**
 * Returns the only event source in a list: the chosen one, or the only one that this program knows. Null if the list
 * may contain events of several sources, or if the chosen source is unknown.
 */
export function findOnlyEventSourceInList(
  chosen: string,
  [first, ...others]: readonly EventSource[],
): EventSource | null {
  if (chosen !== "") return getEventSource(chosen);
  return others.length === 0 ? (first ?? null) : null;
}
