import type { ReactNode } from "react";

/** A column of a `DataTable`. */
export type DataColumn<Row> = {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** a CSS width (`9rem`, `20%`); columns without one share what is left */
  width?: string;
  align?: "left" | "right";
  /** width of what stands in for it while loading */
  skeleton?: string;
  /**
   * Where it goes on a phone, where a row is a card: `title` and `trailing` share the first line, `meta` follow in a
   * quiet second one, `hide` is left out. Default: the first column is the title, the others are meta.
   */
  mobile?: "title" | "trailing" | "meta" | "hide";
  /** keeps the header for screen readers only */
  isHeaderHidden?: boolean;
  /** hides it below the width of a desktop, where the table would get too tight */
  isDesktopOnly?: boolean;
  /** hides it below the width of a large screen */
  isWideOnly?: boolean;
  /** the cell has controls of its own, which a click on the row must not reach */
  isInteractive?: boolean;
  /** a person has to ask for it */
  isHiddenAtFirst?: boolean;
};

export function mobilePlace<Row>(column: DataColumn<Row>, index: number): NonNullable<DataColumn<Row>["mobile"]> {
  return column.mobile ?? (index === 0 ? "title" : "meta");
}

/**
 * The columns that are shown. The first one always is: it holds the link of the row.
 * @param chosen ids of the columns that a person chose; null before they chose any
 */
export function shownColumns<Row>(
  columns: readonly DataColumn<Row>[],
  chosen: readonly string[] | null,
): readonly DataColumn<Row>[] {
  return columns.filter(
    (column, index) => index === 0 || (chosen ? chosen.includes(column.id) : !column.isHiddenAtFirst),
  );
}
