import { memo, type MouseEvent } from "react";
import { PageLink } from "../ui/page-link";
import { cn } from "@/lib/cn";
import { Skeleton } from "../ui/skeleton";
import { choosePhonePositionOfColumn, chooseWindowClassOfColumn, type DataColumn } from "./column";
import { ROW_LINK_ATTRIBUTE } from "./use-row-navigation";

/** On a phone a row is a card of two lines. The `after` pseudo element is the line break between the two lines. */
const rowClass = cn(
  "group/row relative border-b last:border-b-0 sm:h-(--row-height)",
  "max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:px-4 max-sm:py-3",
  "max-sm:after:order-2 max-sm:after:h-0 max-sm:after:basis-full max-sm:after:content-['']",
);

const places = {
  title: "max-sm:order-0 max-sm:min-w-0 max-sm:flex-1 max-sm:font-medium",
  trailing: "max-sm:order-1 max-sm:shrink-0",
  meta: "max-sm:order-3 max-sm:min-w-0 max-sm:text-xs max-sm:text-muted",
  hide: "max-sm:hidden",
} as const;

function cellClass<Row>(column: DataColumn<Row>, index: number): string {
  return cn(
    "truncate text-left sm:px-3 sm:py-1 sm:first:pl-6 sm:last:pr-6",
    places[choosePhonePositionOfColumn(column, index)],
    column.align === "right" && "sm:text-right",
    chooseWindowClassOfColumn(column),
    column.isInteractive && "relative z-10",
    "max-sm:has-data-no-value:hidden",
  );
}

type DataRowProps<Row> = {
  row: Row;
  rowKey: string;
  name: string;
  href: string | null;
  columns: readonly DataColumn<Row>[];
  isActive: boolean;
  /** whether to highlight the row once, because it arrived while the page was open */
  isNew: boolean;
  /**
   * whether a click on the row's link replaces the browser's history entry. While a panel is open this is true, so that
   * Back closes the panel. With `onOpen` a click does not follow the link
   */
  isReplacing: boolean;
  onOpen?: ((rowKey: string, event: MouseEvent) => void) | undefined;
  /** whether the row is selected; undefined if the table has no checkboxes */
  isSelected?: boolean | undefined;
  onToggle?: ((rowKey: string, isRange: boolean) => void) | undefined;
};

/**
 * A row of a `DataTable`. It renders again only when one of its own props changes. So a step to the next row, or fifty
 * more rows, cost nothing for the hundreds of others.
 */
export const DataRow = memo(Row) as typeof Row;

// Each element states its ARIA role, because `display: flex` removes the implicit roles of table elements.
function Row<Data>(props: DataRowProps<Data>) {
  const { row, rowKey, name, href, columns, isActive, isNew, isReplacing, onOpen, isSelected, onToggle } = props;
  return (
    <tr
      role="row"
      data-active={isActive || undefined}
      data-selected={isSelected || undefined}
      className={cn(
        rowClass,
        href && "hover:bg-hover",
        isNew && "animate-arrive",
        "data-active:bg-accent-soft data-active:shadow-[inset_2px_0_var(--accent)]",
        "data-selected:bg-accent-soft data-selected:shadow-[inset_2px_0_var(--accent)]",
      )}
    >
      {onToggle && (
        <td role="cell" className="relative z-10 w-10 pl-6 max-sm:hidden">
          <input
            type="checkbox"
            aria-label={`Select ${name}`}
            checked={isSelected ?? false}
            onChange={() => undefined}
            onClick={(event) => onToggle(rowKey, event.shiftKey)}
            className="size-3.5 align-middle accent-accent"
          />
        </td>
      )}
      {columns.map((column, index) => (
        <td key={column.id} role="cell" className={cellClass(column, index)}>
          {index === 0 && href !== null ? (
            <PageLink
              href={href}
              replace={isReplacing}
              scroll={false}
              prefetch={false}
              onClick={onOpen && ((event) => onOpen(rowKey, event))}
              {...{ [ROW_LINK_ATTRIBUTE]: rowKey }}
              aria-current={isActive || undefined}
              className={cn(
                "outline-none before:absolute before:inset-0 before:content-[''] focus-visible:before:outline-2",
                "focus-visible:before:-outline-offset-2 focus-visible:before:outline-accent",
              )}
            >
              {column.cell(row)}
            </PageLink>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

export function SkeletonRow<Row>({ columns, hasBox }: { columns: readonly DataColumn<Row>[]; hasBox: boolean }) {
  return (
    <tr role="row" className={rowClass}>
      {hasBox && <td role="cell" className="w-10 max-sm:hidden" />}
      {columns.map((column, index) => (
        <td key={column.id} role="cell" className={cellClass(column, index)}>
          <Skeleton
            width={column.skeleton ?? "60%"}
            className={cn("max-sm:min-w-12", column.align === "right" && "sm:ml-auto")}
          />
        </td>
      ))}
    </tr>
  );
}
