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

export function phonePositionOfColumn<Row>(column: DataColumn<Row>, index: number): NonNullable<DataColumn<Row>["mobile"]> {
  return column.mobile ?? (index === 0 ? "title" : "meta");
}

/** A column that a person chose: its id, and its width in px if the person changed it. */
export type ColumnChoice = { id: string; width: number | null };

/** The width that a person can give to a column, in px. */
export const COLUMN_WIDTH_BOUNDS = { min: 48, max: 900 } as const;

/** Reads a choice from an address or a cookie: `reason`, or `reason:240`. */
export function parseColumnChoice(text: string): ColumnChoice {
  const [id = "", width] = text.split(":");
  const px = Number(width ?? Number.NaN);
  return { id, width: Number.isFinite(px) ? clampColumnWidth(px) : null };
}

export const formatColumnChoice = ({ id, width }: ColumnChoice): string => (width === null ? id : `${id}:${width}`);

export const clampColumnWidth = (px: number): number =>
  Math.round(Math.min(Math.max(px, COLUMN_WIDTH_BOUNDS.min), COLUMN_WIDTH_BOUNDS.max));

/**
 * Returns the visible columns in their order. The first column stays the first, because it holds the row's link.
 * @param chosen the columns that a person chose; null before any choice
 */
export function listShownColumns<Row>(
  columns: readonly DataColumn<Row>[],
  chosen: readonly ColumnChoice[] | null,
): readonly DataColumn<Row>[] {
  if (chosen === null) return columns.filter((column, index) => index === 0 || !column.isHiddenAtFirst);
  const widths = new Map(chosen.map(({ id, width }) => [id, width]));
  const [first, ...others] = columns;
  const known = new Map(others.map((column) => [column.id, column]));
  const ordered = [...widths.keys()].flatMap((id) => known.get(id) ?? []);
  return (first ? [first, ...ordered] : []).map((column) => {
    const width = widths.get(column.id) ?? null;
    return width === null ? column : { ...column, width: `${width}px` };
  });
}

/** Returns the choices that show these columns, from which a change starts. */
export const choicesOfShownColumns = <Row>(
  shown: readonly DataColumn<Row>[],
  chosen: readonly ColumnChoice[] | null,
): ColumnChoice[] => {
  const widths = new Map(chosen?.map(({ id, width }) => [id, width]));
  return shown.map(({ id }) => ({ id, width: widths.get(id) ?? null }));
};

/** Moves a column to the place of another one. The first column stays. */
export function moveColumn(choices: readonly ColumnChoice[], id: string, target: string): ColumnChoice[] {
  const from = choices.findIndex((choice) => choice.id === id);
  const to = choices.findIndex((choice) => choice.id === target);
  const moved = choices[from];
  return moved && from > 0 && to > 0 ? choices.toSpliced(from, 1).toSpliced(to, 0, moved) : [...choices];
}
