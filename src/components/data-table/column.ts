import type { ReactNode } from "react";

/** A column of a `DataTable`. */
export type DataColumn<Row> = {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** a CSS width (`9rem`, `20%`); columns without a width share the remaining space */
  width?: string;
  align?: "left" | "right";
  /** the width of the placeholder while rows load */
  skeleton?: string;
  /**
   * The column's place on a phone, where a row is a card of two lines. `title` and `trailing` share the first line, and
   * `meta` columns follow on a second one. `hide` leaves the column out. Default: the first column is the title, and
   * every other column is meta.
   */
  mobile?: "title" | "trailing" | "meta" | "hide";
  /** keeps the header only for screen readers */
  isHeaderHidden?: boolean;
  /** hides the column on windows narrower than a desktop */
  isDesktopOnly?: boolean;
  /** hides the column on windows narrower than a large screen */
  isWideOnly?: boolean;
  /** whether the cell has its own controls; a click on them does not open the row */
  isInteractive?: boolean;
  /** hides the column until a person chooses it */
  isHiddenAtFirst?: boolean;
};

export function mobilePlace<Row>(column: DataColumn<Row>, index: number): NonNullable<DataColumn<Row>["mobile"]> {
  return column.mobile ?? (index === 0 ? "title" : "meta");
}

/**
 * Returns the visible columns. The first column is always visible, because it holds the row's link.
 * @param chosen ids of the columns that a person chose; null before any choice
 */
export function shownColumns<Row>(
  columns: readonly DataColumn<Row>[],
  chosen: readonly string[] | null,
): readonly DataColumn<Row>[] {
  return columns.filter(
    (column, index) => index === 0 || (chosen ? chosen.includes(column.id) : !column.isHiddenAtFirst),
  );
}
