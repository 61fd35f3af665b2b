import type { ReactNode } from "react";

export type DataColumn<Row> = {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** a CSS width (`9rem`, `20%`); columns without a width share the remaining space */
  width?: string;
  align?: "left" | "right";
  /** the CSS width of the grey placeholder while rows load */
  skeleton?: string;
  /**
   * The position of the column on a phone, where each row is a card of two lines. `title` and `trailing` share the
   * first line. `meta` columns share the second line. `hide` leaves the column out. Default: `title` for the first
   * column, and `meta` for every other column.
   */
  mobile?: "title" | "trailing" | "meta" | "hide";
  /** whether only screen readers get the header text */
  isHeaderHidden?: boolean;
  /** whether windows narrower than a desktop hide the column */
  isDesktopOnly?: boolean;
  /** whether windows narrower than 1,440 px hide the column, so that names have more room */
  isRoomyOnly?: boolean;
  /** whether windows narrower than a large screen hide the column */
  isWideOnly?: boolean;
  /** whether the cells contain buttons or inputs; a click inside such a cell does not open the row */
  isInteractive?: boolean;
  /** whether the column is hidden until a person chooses it */
  isHiddenAtFirst?: boolean;
};

/** Returns the CSS class that hides a column in windows that are too narrow for it; empty if every window shows it. */
export const chooseWindowClassOfColumn = <Row>(column: DataColumn<Row>): string =>
  column.isWideOnly
    ? "max-[100rem]:hidden"
    : column.isRoomyOnly
      ? "max-[90rem]:hidden"
      : column.isDesktopOnly
        ? "max-lg:hidden"
        : "";

export function choosePhonePositionOfColumn<Row>(
  column: DataColumn<Row>,
  index: number,
): NonNullable<DataColumn<Row>["mobile"]> {
  return column.mobile ?? (index === 0 ? "title" : "meta");
}

/** A column that a person chose to show. `width` is in px; null keeps the default width. */
export type ColumnChoice = { id: string; width: number | null };

/** The smallest and the largest width that a person can give to a column, in px. */
export const COLUMN_WIDTH_BOUNDS = { min: 48, max: 900 } as const;

/**
 * Parses a chosen column from a URL parameter or a cookie: `reason`, or `reason:240` with the width in px. The width is
 * moved within its bounds. A width that is not a number counts as none.
 */
export function parseColumnChoice(text: string): ColumnChoice {
  const [id = "", width] = text.split(":");
  const px = Number(width ?? Number.NaN);
  return { id, width: Number.isFinite(px) ? clampColumnWidth(px) : null };
}

export const formatColumnChoice = ({ id, width }: ColumnChoice): string => (width === null ? id : `${id}:${width}`);

export const clampColumnWidth = (px: number): number =>
  Math.round(Math.min(Math.max(px, COLUMN_WIDTH_BOUNDS.min), COLUMN_WIDTH_BOUNDS.max));

/**
 * Returns the visible columns in the person's order. The first column always stays first, because its cells hold the
 * links of the rows. Without a choice these are all columns that are not hidden at first.
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

/**
 * Returns the visible columns as column choices, with the widths that the person chose. A move or a resize starts from
 * these choices.
 */
export const listChoicesOfShownColumns = <Row>(
  shown: readonly DataColumn<Row>[],
  chosen: readonly ColumnChoice[] | null,
): ColumnChoice[] => {
  const widths = new Map(chosen?.map(({ id, width }) => [id, width]));
  return shown.map(({ id }) => ({ id, width: widths.get(id) ?? null }));
};

/** Moves the column `id` to the position of the column `target`. The first column stays first. */
export function moveColumn(choices: readonly ColumnChoice[], id: string, target: string): ColumnChoice[] {
  const from = choices.findIndex((choice) => choice.id === id);
  const to = choices.findIndex((choice) => choice.id === target);
  const moved = choices[from];
  return moved && from > 0 && to > 0 ? choices.toSpliced(from, 1).toSpliced(to, 0, moved) : [...choices];
}
