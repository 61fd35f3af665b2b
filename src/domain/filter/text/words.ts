import type { Column } from "../../event-source/event-source";
import type { FilterSource } from "../check";

// The words that a description of a filter and its text form share.

export type Columns = ReadonlyMap<string, Column<unknown>>;

export function columnsOf(source: FilterSource): Columns {
  return new Map<string, Column<unknown>>(source.columns.map((column) => [column.id, column]));
}

/** Names a column inside a sentence: "latency" for the label "Latency", but "ID" for "ID". */
export function columnWords({ label }: Pick<Column<unknown>, "label">): string {
  return /^[A-Z](?![A-Z])/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

/** Tells whether a text can stand in a sentence without quotes: one word that is neither `and` nor `or`. */
export function isWord(text: string): boolean {
  return /^[\p{L}\p{N}_./:@#+-]+$/u.test(text) && text !== "or" && text !== "and";
}

/** Tells whether the values of a condition hold commas, which a reader could take for commas between conditions. */
export function isListed(group: { children: readonly { type: string; value?: unknown }[] }): boolean {
  return group.children.some(
    (child) => child.type === "condition" && Array.isArray(child.value) && child.value.length > 1,
  );
}
