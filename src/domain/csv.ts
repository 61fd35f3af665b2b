/** Matches a text that spreadsheets would run as a formula because of its first character. */
const formula = /^[=+\-@\t\r]/;

/**
 * Writes one line of CSV (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe in front,
 * which spreadsheets hide. Numbers stay numbers. Null is an empty cell.
 */
export function formatCsvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: string | number | boolean | null): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
