import { isExactAsDouble, isNumberText } from "../../json/decimal";
import type { FilterableSource } from "../check-filter";
import { getOperatorLabel, getValueKind } from "../operators";
import type { Filter, FilterCondition, FilterGroup, FilterNode } from "../schema";
import {
  mapColumnsById,
  writeColumnLabelInSentence,
  hasChildWithListValue,
  isPlainWord,
  type ColumnsById,
} from "./words";

/**
 * Writes a filter as text, in the words of `describeFilter` and with full values, such as `level is any of ERROR,
 * WARNING and latency is greater than 5 s`. A group of one condition stays visible as a group, except if it is the
 * whole filter and an `all of`. `parseFilterText` reads the same filter back if `checkFilter` finds no problem in it.
 */
export function formatFilterText(source: FilterableSource, filter: Filter): string {
  if (filter.match === "all" && filter.children.length === 0) return `every ${source.noun.one}`;
  const columns = mapColumnsById(source);
  const [first] = filter.children;
  const isOneCondition = filter.match === "all" && filter.children.length === 1 && first?.type === "condition";
  return isOneCondition ? conditionText(columns, first) : groupText(columns, filter, true);
}

function groupText(columns: ColumnsById, group: FilterGroup, isRoot: boolean): string {
  const parts = group.children.map((child) => nodeText(columns, child));
  // `and` and `or` need a part on both sides, so a smaller group is written as `all of (…)` or `any of (…)`.
  if (group.match === "none" || parts.length < 2)
    return `${group.match} of (${parts.join(hasChildWithListValue(group) ? "; " : ", ")})`;
  const word = group.match === "all" ? "and" : "or";
  const text = parts.reduce((left, part, index) => {
    return `${left}${group.children[index]?.type === "group" ? "," : ""} ${word} ${part}`;
  });
  return isRoot ? text : `(${text})`;
}

function nodeText(columns: ColumnsById, node: FilterNode): string {
  return node.type === "group" ? groupText(columns, node, false) : conditionText(columns, node);
}

function conditionText(columns: ColumnsById, { column: id, key, operator, value }: FilterCondition): string {
  const column = columns.get(id) ?? null;
  const place = key === undefined ? "" : `${column?.type === "text" ? " at" : ""} ${JSON.stringify(key)}`;
  const label = column ? writeColumnLabelInSentence(column) : id;
  const words = `${label}${place} ${getOperatorLabel(column?.type ?? null, operator)}`;
  if (operator === "is null" || operator === "is not null" || value === undefined) return words;
  if (Array.isArray(value)) {
    return `${words} ${value.map((item) => (isPlainWord(item) ? item : JSON.stringify(item))).join(", ")}`;
  }
  if (column === null || getValueKind(column.type, operator) !== "number") return `${words} ${JSON.stringify(value)}`;
  return `${words} ${numberText(value)}${column.unit ? ` ${column.unit}` : ""}`;
}

/**
 * Writes the value of a number condition. Digits that the filter holds as text are in quotes if a JavaScript number
 * could keep them too. So the parser reads back text as text.
 */
function numberText(value: string | number | boolean): string {
  if (Object.is(value, -0)) return "-0";
  return typeof value === "string" && isNumberText(value) && !isExactAsDouble(value) ? value : JSON.stringify(value);
}
