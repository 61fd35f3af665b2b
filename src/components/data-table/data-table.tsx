"use client";

import { useRef, type DragEvent, type MouseEvent, type ReactNode } from "react";
import { ArrowUp } from "lucide-react";
import { cn } from "@/lib/cn";
import { useStableCallback } from "@/lib/use-stable-callback";
import { chooseWindowClassOfColumn, type DataColumn } from "./column";
import { ColumnResizeHandle, type ColumnChangeHandlers } from "./column-resize-handle";
import { DataRow, SkeletonRow } from "./row";
import { toggleRowKey, type RowSelection } from "./row-selection";
import { useRowNavigation } from "./use-row-navigation";

type DataTableProps<Row> = {
  /** the name of the list, for screen readers */
  label: string;
  columns: readonly DataColumn<Row>[];
  /** the loaded rows; undefined while the first page of rows loads */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** returns the URL of a row; the first cell becomes a link to it, and a click anywhere on the row follows it */
  href?: (row: Row) => string;
  /**
   * called when the pointer or the focus enters the table, so that the caller can preload the code of the row's panel
   */
  onApproach?: () => void;
  /** called in place of following the row's link; a click with a modifier key still follows the link */
  onOpen?: (row: Row) => void;
  /** the key of the row whose panel is open; null or undefined without a panel */
  activeKey?: string | null;
  /** returns the accessible name of a row's checkbox; by default the row's key */
  rowName?: (row: Row) => string;
  /**
   * the selected rows; if set, each row has a checkbox. A click or the key X selects or deselects a row. A click with
   * Shift does the same to all rows since the last click
   */
  selection?: RowSelection;
  /** lets a person change the order and the widths of the columns */
  columnTools?: ColumnChangeHandlers;
  /**
   * loads more rows; called when J is pressed on the last row. Once more rows have arrived, J goes on to the first of
   * them
   */
  onReachEnd?: () => void;
  /** whether the visible rows belong to the previous filter while new ones load */
  isStale?: boolean;
  /** the keys of rows that arrived while the page was open; each such row is highlighted once */
  arrived?: ReadonlySet<string>;
  /** the number of new rows that are not shown yet; a click on a button shows them, so that the list never jumps */
  newCount?: number;
  onShowNew?: () => void;
  /** content in place of the table if the list has no rows */
  empty?: ReactNode;
  /** content under the rows, usually `LoadMore`; left out while the list loads or has no rows */
  footer?: ReactNode;
  /** the number of placeholder rows while the first page loads */
  skeletonRows?: number;
  className?: string;
};

/**
 * The table of the list pages. It fills its container. Columns have fixed widths, so that new rows do not change the
 * layout. On a phone each row is a card of two lines.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    href,
    onOpen,
    activeKey = null,
    selection,
    isStale = false,
    newCount = 0,
    onShowNew,
    empty,
    footer,
    skeletonRows = 8,
  } = props;
  const table = useRef<HTMLTableElement>(null);
  const lastToggled = useRef<string | null>(null);
  const toggle = useStableCallback((key: string, isRange: boolean): void => {
    if (!selection) return;
    const from = isRange ? lastToggled.current : null;
    selection.onChange(toggleRowKey(selection.keys, { key, from, order: (rows ?? []).map(rowKey) }));
    lastToggled.current = key;
  });
  const openRow = useStableCallback((key: string, event: MouseEvent): void => {
    const row = rows?.find((row) => rowKey(row) === key);
    if (row !== undefined && onOpen) open(event, () => onOpen(row));
  });
  useRowNavigation(table, {
    activeKey,
    rowCount: rows?.length ?? 0,
    onReachEnd: props.onReachEnd,
    onToggle: selection && ((key) => toggle(key, false)),
  });
  const isEmpty = rows?.length === 0;
  return (
    <div
      className={cn("relative -mx-4 min-w-0 sm:-mx-6", props.className)}
      onPointerEnter={props.onApproach}
      onFocus={props.onApproach}
    >
      {rows !== undefined && newCount > 0 && onShowNew && <NewRows count={newCount} onShow={onShowNew} />}
      <div className="border-y">
        {isEmpty && empty ? (
          empty
        ) : (
          <table
            ref={table}
            role="table"
            aria-label={label}
            aria-busy={rows === undefined || isStale}
            className={cn(
              "w-full border-collapse text-sm transition-opacity duration-150 max-sm:block sm:table-fixed",
              isStale && "opacity-55",
            )}
          >
            <Head columns={columns} selection={selection} keys={(rows ?? []).map(rowKey)} tools={props.columnTools} />
            <tbody role="rowgroup" className="max-sm:block">
              {rows === undefined
                ? Array.from({ length: skeletonRows }, (_, index) => (
                    <SkeletonRow key={index} columns={columns} hasBox={selection !== undefined} />
                  ))
                : rows.map((row) => {
                    const key = rowKey(row);
                    return (
                      <DataRow
                        key={key}
                        row={row}
                        rowKey={key}
                        name={props.rowName?.(row) ?? key}
                        href={href?.(row) ?? null}
                        columns={columns}
                        isActive={key === activeKey}
                        isNew={props.arrived?.has(key) ?? false}
                        isReplacing={activeKey !== null && onOpen === undefined}
                        onOpen={onOpen && openRow}
                        isSelected={selection?.keys.has(key)}
                        onToggle={selection && toggle}
                      />
                    );
                  })}
            </tbody>
          </table>
        )}
        {footer && rows !== undefined && !isEmpty && <div className="border-t">{footer}</div>}
      </div>
    </div>
  );
}

/**
 * Calls `run` on a plain click, and stops the browser from following the link. A click with a modifier key is left to
 * the browser, which opens a new tab or window.
 */
function open(event: MouseEvent, run: () => void): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
  event.preventDefault();
  run();
}

type HeadProps<Row> = {
  columns: readonly DataColumn<Row>[];
  selection: RowSelection | undefined;
  keys: readonly string[];
  tools: ColumnChangeHandlers | undefined;
};

function Head<Row>({ columns, selection, keys, tools }: HeadProps<Row>) {
  const isAll = selection !== undefined && keys.length > 0 && keys.every((key) => selection.keys.has(key));
  return (
    <thead
      role="rowgroup"
      // The line under the sticky header is a shadow, because a border would scroll away with the rows.
      className="bg-background shadow-[inset_0_-1px_var(--line)] max-sm:sr-only lg:sticky lg:top-12 lg:z-10"
    >
      <tr role="row">
        {selection && (
          <th role="columnheader" scope="col" className="w-10 pl-6 text-left max-sm:hidden">
            <input
              type="checkbox"
              aria-label="Select all rows that are shown"
              checked={isAll}
              onChange={() => selection.onChange(new Set(isAll ? [] : keys))}
              className="size-3.5 align-middle accent-accent"
            />
          </th>
        )}
        {columns.map((column, index) => (
          <th
            key={column.id}
            role="columnheader"
            scope="col"
            style={{ width: column.width }}
            {...(tools && index > 0 ? dragProps(column.id, tools) : {})}
            className={cn(
              "group/head relative h-8 truncate px-3 text-left text-xs font-normal text-muted first:pl-6 last:pr-6",
              column.align === "right" && "text-right",
              chooseWindowClassOfColumn(column),
            )}
          >
            {column.isHeaderHidden ? <span className="sr-only">{column.header}</span> : column.header}
            {tools && (
              <ColumnResizeHandle
                column={column}
                before={columns[index - 1]?.id}
                after={columns[index + 1]?.id}
                tools={tools}
                isFirst={index === 0}
              />
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

const DRAGGED = "application/x-column";

/** Returns the event handlers with which a person drags a header to the position of another column. */
const dragProps = (id: string, { onMove }: ColumnChangeHandlers) => ({
  draggable: true,
  onDragStart: (event: DragEvent) => event.dataTransfer.setData(DRAGGED, id),
  onDragOver: (event: DragEvent) => event.dataTransfer.types.includes(DRAGGED) && event.preventDefault(),
  onDrop: (event: DragEvent) => {
    event.preventDefault();
    const dragged = event.dataTransfer.getData(DRAGGED);
    if (dragged && dragged !== id) onMove(dragged, id);
  },
});

function NewRows({ count, onShow }: { count: number; onShow: () => void }) {
  return (
    <div className="pointer-events-none absolute inset-x-0 -top-3 z-20 flex justify-center">
      <button
        type="button"
        onClick={onShow}
        className={cn(
          "pointer-events-auto flex h-6 items-center gap-1 rounded-full bg-accent pr-2.5 pl-2 text-xs font-medium",
          "after:absolute after:-top-2 after:h-10 after:w-20 after:content-[''] text-accent-foreground",
          "tabular-nums hover:bg-accent-hover",
        )}
      >
        <ArrowUp aria-hidden className="size-3" />
        {count} new
      </button>
    </div>
  );
}
