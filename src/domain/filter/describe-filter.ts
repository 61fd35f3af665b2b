import { cutText } from "../json/cut-text";
import type { FilterableSource } from "./check-filter";
import { getOperatorLabel, getValueKind } from "./operators";
import type { Filter, FilterCondition, FilterGroup, FilterNode } from "./schema";
import {
  mapColumnsById,
  writeColumnLabelInSentence,
  hasChildWithListValue,
  isPlainWord,
  type ColumnsById,
} from "./text/words";

/** The most values of a list that a description of a filter names. The description counts all others. */
const NAMED_MAX = 8;

/** The most characters of a text that a description of a filter shows. */
const TEXT_MAX = 120;

/**
 * Describes a filter as one English sentence without a full stop, such as `level is any of ERROR, WARNING and latency
 * is greater than 5 s, and none of (name contains "health")`. It never throws: it describes as much as it can of a
 * filter with problems.
 */
export function describeFilter(source: FilterableSource, filter: Filter): string {
  if (filter.children.length === 0) return `${filter.match === "any" ? "no" : "every"} ${source.noun.one}`;
  return describeGroup(mapColumnsById(source), filter, true);
}

/** Describes one condition in the words of `describeFilter`: `latency is greater than 5 s`. */
export function describeCondition(source: FilterableSource, condition: FilterCondition): string {
  return conditionWords(mapColumnsById(source), condition);
}

function describeGroup(columns: ColumnsById, group: FilterGroup, isRoot: boolean): string {
  const parts = group.children.map((child) => ({
    text: describeNode(columns, child),
    isGroup: child.type === "group",
  }));
  if (parts.length === 0) return group.match === "any" ? "(nothing)" : "(everything)";
  if (group.match === "none")
    return `none of (${parts.map((part) => part.text).join(hasChildWithListValue(group) ? "; " : ", ")})`;
  const word = group.match === "all" ? "and" : "or";
  const text = parts.reduce((left, part, index) => {
    if (index === 0) return part.text;
    return `${left}${part.isGroup ? "," : ""} ${word} ${part.text}`;
  }, "");
  return isRoot || parts.length === 1 ? text : `(${text})`;
}

function describeNode(columns: ColumnsById, node: FilterNode): string {
  return node.type === "group" ? describeGroup(columns, node, false) : conditionWords(columns, node);
}

function conditionWords(columns: ColumnsById, condition: FilterCondition): string {
  const column = columns.get(condition.column) ?? null;
  const { key, operator, value } = condition;
  const name = column ? writeColumnLabelInSentence(column) : condition.column;
  const place = key === undefined ? "" : `${column?.type === "text" ? " at" : ""} ${quoted(key)}`;
  const words = `${name}${place} ${getOperatorLabel(column?.type ?? null, operator)}`;
  if (operator === "is null" || operator === "is not null" || value === undefined) return words;
  const isNumber = column !== null && getValueKind(column.type, operator) === "number";
  return `${words} ${describeValue(value, isNumber, column?.unit)}`;
}

function describeValue(
  value: NonNullable<FilterCondition["value"]>,
  isNumber: boolean,
  unit: string | undefined,
): string {
  if (typeof value === "number" || (isNumber && typeof value === "string"))
    return unit ? `${value} ${unit}` : `${value}`;
  if (typeof value === "string") return quoted(value);
  if (typeof value === "boolean") return String(value);
  if (value.length === 0) return "nothing";
  const named = value
    .slice(0, NAMED_MAX)
    .map((item) => (isPlainWord(item) && item.length <= TEXT_MAX ? item : quoted(item)));
  const others = value.length - named.length;
  return others > 0 ? `${named.join(", ")} or ${others} more` : named.join(", ");
}

/** Puts a text in quotes on one line, cut to TEXT_MAX characters. */
function quoted(text: string): string {
  if (text.length <= TEXT_MAX) return JSON.stringify(text);
  return JSON.stringify(`${cutText(text, TEXT_MAX - 1)}…`);
}
