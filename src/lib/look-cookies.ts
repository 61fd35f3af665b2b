/*
 * Cookies with a person's choices for the look of the console. The server reads them, so that the first frame is right.
 */

/** The cookie that remembers a collapsed sidebar. */
export const SIDEBAR_COOKIE = "sidebar";
/** The cookie that remembers the height of the rows of tables. */
export const ROW_DENSITY_COOKIE = "density";

export const rowDensities = ["compact", "normal", "comfortable"] as const;
export type RowDensity = (typeof rowDensities)[number];
const YEAR_S = 31_536_000;

function remember(name: string, value: string): void {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}

export function rememberSidebarState(isCollapsed: boolean): void {
  remember(SIDEBAR_COOKIE, isCollapsed ? "collapsed" : "open");
}

/** Returns the density that a cookie or an attribute names. For any other text it is `normal`. */
export const parseRowDensity = (value: string | undefined): RowDensity =>
  rowDensities.find((density) => density === value) ?? "normal";

/** Sets the height of all rows, and remembers it in a cookie. globals.css reads the attribute of the root element. */
export function setRowDensity(density: RowDensity): void {
  document.documentElement.dataset.density = density;
  remember(ROW_DENSITY_COOKIE, density);
}

/** The cookie that remembers the width of the large panels beside lists. */
export const PANEL_WIDTH_COOKIE = "panel";
/** The width of a large panel, in px: its bounds, and the usual width without a cookie. */
export const PANEL_WIDTH_BOUNDS = { min: 420, usual: 704, max: 1_600 } as const;

/** Returns the width that a cookie names, moved within its bounds; null if the cookie contains no number. */
export function readPanelWidth(value: string | undefined): number | null {
  const width = Number(value || Number.NaN);
  return Number.isFinite(width)
    ? Math.round(Math.min(Math.max(width, PANEL_WIDTH_BOUNDS.min), PANEL_WIDTH_BOUNDS.max))
    : null;
}

/**
 * Sets the width of all large panels, and remembers it in a cookie.
 * @returns the width, moved within its bounds
 */
export function setPanelWidth(wanted: number): number {
  const width = readPanelWidth(String(wanted)) ?? PANEL_WIDTH_BOUNDS.usual;
  document.documentElement.style.setProperty("--panel-width", `${width}px`);
  remember(PANEL_WIDTH_COOKIE, String(width));
  return width;
}

/** The cookie that remembers the columns of the executions: their ids, with their widths, joined by dots. */
export const EXECUTION_COLUMNS_COOKIE = "columns";

export const rememberExecutionColumns = (columns: readonly string[]): void =>
  remember(EXECUTION_COLUMNS_COOKIE, columns.join("."));

/** Returns the columns of a cookie; null without one. */
export const readExecutionColumns = (value: string | undefined): readonly string[] | null => value?.split(".") ?? null;
