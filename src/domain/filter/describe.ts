import type { Column } from "../event-source/event-source";
import type { FilterSource } from "./check";
import { operatorLabel } from "./operators";
import type { Filter, FilterCondition, FilterGroup, FilterNode } from "./schema";

/** Values of a list that are named; the rest is counted. */
const NAMED_MAX = 8;

/**
 * A filter as one plain-English sentence without a full stop, such as
 * `level is any of ERROR, WARNING and latency is greater than 5 s, and none of (name contains "health")`.
 * Describes what it can of a filter that has problems; never throws.
 */
export function describeFilter(source: FilterSource, filter: Filter): string {
  if (filter.children.length === 0) return `every ${source.noun.one}`;
  const columns = new Map<string, Column<unknown>>(source.columns.map((column) => [column.id, column]));
  return describeGroup(columns, filter, true);
}

type Columns = ReadonlyMap<string, Column<unknown>>;

function describeGroup(columns: Columns, group: FilterGroup, isRoot: boolean): string {
  const parts = group.children.map((child) => ({
    text: describeNode(columns, child),
    isGroup: child.type === "group",
  }));
  if (parts.length === 0) return "(nothing)";
  if (group.match === "none") return `none of (${parts.map((part) => part.text).join(", ")})`;
  const word = group.match === "all" ? "and" : "or";
  const text = parts.reduce((left, part, index) => {
    if (index === 0) return part.text;
    return `${left}${part.isGroup ? "," : ""} ${word} ${part.text}`;
  }, "");
  return isRoot || parts.length === 1 ? text : `(${text})`;
}

function describeNode(columns: Columns, node: FilterNode): string {
  return node.type === "group" ? describeGroup(columns, node, false) : describeCondition(columns, node);
}

function describeCondition(columns: Columns, condition: FilterCondition): string {
  const column = columns.get(condition.column) ?? null;
  const { key, operator, value } = condition;
  const name = column ? withoutCapital(column.label) : condition.column;
  const place = key === undefined ? "" : `${column?.type === "text" ? " at" : ""} "${key}"`;
  const words = `${name}${place} ${operatorLabel(column?.type ?? null, operator)}`;
  if (operator === "is null" || operator === "is not null" || value === undefined) return words;
  return `${words} ${describeValue(value, column?.unit)}`;
}

function describeValue(value: NonNullable<FilterCondition["value"]>, unit: string | undefined): string {
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "number") return unit ? `${value} ${unit}` : String(value);
  if (typeof value === "boolean") return String(value);
  const named = value.slice(0, NAMED_MAX).map((item) => (item === "" || /[,\s]/.test(item) ? `"${item}"` : item));
  const others = value.length - named.length;
  return others > 0 ? `${named.join(", ")} or ${others} more` : named.join(", ");
}

/** "Latency" to "latency", but "ID" stays. */
function withoutCapital(label: string): string {
  return /^[A-Z](?![A-Z])/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}
