import type { EventSource } from "../event-source/event-source";
import type { Filter, FilterCondition, FilterNode } from "../filter/schema";
import { getRedactionLayout } from "./redaction-layout";
import type { RedactionLayout, Redactor } from "./redactor";

/**
 * Hashes the values of a filter's conditions as the stored values are hashed, so that the filter still finds them. `=`
 * and `all of` get the hashed form. `any of` and `none of` get both forms, plain and hashed. Other operators keep their
 * values: they see the stored hash, which holds no part of the original.
 */
export function hashFilterValues(
  filter: Filter,
  source: Pick<EventSource, "columns" | "redaction">,
  redactor: Redactor,
): Filter {
  const columns = new Map(source.columns.map((column) => [column.id, column]));
  const visit = (node: FilterNode): FilterNode => {
    if (node.type === "group") return { ...node, children: node.children.map(visit) };
    const type = columns.get(node.column)?.type;
    return type === undefined || !hashedTypes.has(type) ? node : hashed(node, redactor, getRedactionLayout(source));
  };
  return visit(filter) as Filter;
}

/** Types of columns whose values are text. */
const hashedTypes: ReadonlySet<string> = new Set(["string", "stringOptions", "arrayOptions", "stringObject", "text"]);

function hashed(condition: FilterCondition, redactor: Redactor, layout: RedactionLayout): FilterCondition {
  const { column, key, operator, value } = condition;
  const path = [column, ...(key === undefined ? [] : key.split("."))];
  const hashOf = (text: string): string | null => redactor.hashedValue(path, text, layout);
  if (typeof value === "string" && operator === "=") return { ...condition, value: hashOf(value) ?? value };
  if (!Array.isArray(value)) return condition;
  if (operator === "all of") return { ...condition, value: value.map((text) => hashOf(text) ?? text) };
  // Observations that were stored before the rule was made still hold the plain value.
  return { ...condition, value: [...new Set(value.flatMap((text) => [text, hashOf(text) ?? text]))] };
}
