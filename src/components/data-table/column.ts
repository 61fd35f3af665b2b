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
  /** hides it below the width of a desktop, where the table would get too tight */
  isDesktopOnly?: boolean;
  /** the cell has controls of its own, which a click on the row must not reach */
  isInteractive?: boolean;
};

export function mobilePlace<Row>(column: DataColumn<Row>, index: number): NonNullable<DataColumn<Row>["mobile"]> {
  return column.mobile ?? (index === 0 ? "title" : "meta");
}
