import type { EventColumn } from "../../event-source/event-source";
import type { FilterableSource } from "../check-filter";

// The columns of an event source by id. The description of a filter and its text form share the functions of this file.

export type ColumnsById = ReadonlyMap<string, EventColumn<unknown>>;

export function mapColumnsById(source: FilterableSource): ColumnsById {
  return new Map<string, EventColumn<unknown>>(source.columns.map((column) => [column.id, column]));
}

/** Writes the label of a column for the middle of a sentence: "latency" for "Latency", but "ID" for "ID". */
export function writeColumnLabelInSentence({ label }: Pick<EventColumn<unknown>, "label">): string {
  return /^[A-Z](?![A-Z])/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

/** Tells whether a text needs no quotes in a sentence: it is one word, and neither `and` nor `or`. */
export function isPlainWord(text: string): boolean {
  return /^[\p{L}\p{N}_./:@#+-]+$/u.test(text) && text !== "or" && text !== "and";
}

/** Tells whether a condition of a group has a list of values, whose commas look like commas between conditions. */
export function hasChildWithListValue(group: { children: readonly { type: string; value?: unknown }[] }): boolean {
  return group.children.some(
    (child) => child.type === "condition" && Array.isArray(child.value) && child.value.length > 1,
  );
}
