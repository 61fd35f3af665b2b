import type { EventColumn } from "../../event-source/event-source";
import { checkFilter, type FilterableSource } from "../check-filter";
import { describeCondition } from "../describe-filter";
import { parseInstant } from "../parse-instant";
import { LongNumber } from "../../json/long-number";
import { getValueKind } from "../operators";
import type { Filter, FilterCondition } from "../schema";
import { findLangfuseColumnName } from "./columns";
import type { LangfuseCondition } from "./single-filter";

/**
 * A part of a filter that cannot be exported: it is invalid, or Langfuse's filters cannot express it. `path` lists the
 * position of each child from the root down.
 */
type ExportProblem = { path: number[]; message: string };

export type ExportedFilter =
  { filters: LangfuseCondition[]; problems: null } | { filters: null; problems: ExportProblem[] };

/**
 * Exports a filter for Langfuse: a JSON array of Langfuse's `singleFilter` objects, which must all hold. An import
 * makes the same filter from the array, with dates in UTC. Other groups than one `all of`, regular expressions, paths
 * into input and output, columns that Langfuse does not filter by, and metadata without a key or compared as a number
 * cannot be exported. The result then lists the problems and has no filter. So it does for a filter that `checkFilter`
 * refuses.
 */
export function exportLangfuseFilter(source: FilterableSource, filter: Filter): ExportedFilter {
  const invalid = checkFilter(source, filter);
  if (invalid.length > 0) return { filters: null, problems: invalid.map(({ path, message }) => ({ path, message })) };
  if (filter.match !== "all") {
    const kind = filter.match === "any" ? "an any-of" : "a none-of";
    const message = `Langfuse's filters are lists of conditions that all have to hold; this is ${kind} group.`;
    return { filters: null, problems: [{ path: [], message }] };
  }
  const filters: LangfuseCondition[] = [];
  const problems: ExportProblem[] = [];
  filter.children.forEach((node, index) => {
    if (node.type === "group")
      return problems.push({ path: [index], message: "Langfuse's filters have no groups inside." });
    const exported = exportCondition(source, node);
    return typeof exported === "string" ? problems.push({ path: [index], message: exported }) : filters.push(exported);
  });
  return problems.length > 0 ? { filters: null, problems } : { filters, problems: null };
}

function exportCondition(source: FilterableSource, condition: FilterCondition): LangfuseCondition | string {
  const column = source.columns.find(({ id }) => id === condition.column);
  const name = findLangfuseColumnName(condition.column);
  const cannot = (why: string): string => `"${describeCondition(source, condition)}" cannot be exported: ${why}.`;
  if (!column || name === null)
    return cannot(`Langfuse does not filter by ${column?.label.toLowerCase() ?? condition.column}`);
  const { operator, key, value } = condition;
  if (operator === "matches") return cannot("Langfuse has no regular expressions");
  if (column.type === "stringObject") {
    const why = key === undefined ? "Langfuse asks for a key" : "Langfuse compares texts only here";
    return exportAtKey(name, condition) ?? cannot(why);
  }
  if (key !== undefined) return cannot("Langfuse looks at the whole text, not at a place in it");
  if (operator === "is null" || operator === "is not null") return { column: name, type: "null", operator, value: "" };
  const instant = column.type === "datetime" ? parseInstant(value) : null;
  return {
    column: name,
    type: typeOf(column, condition),
    operator,
    value: instant === null ? (asNumber(column, condition) ?? value ?? "") : new Date(instant).toISOString(),
  };
}

/** Makes a number from the text of a long number, because this program's filters hold long numbers as text. */
function asNumber({ type }: EventColumn<unknown>, { operator, value }: FilterCondition): LongNumber | null {
  return typeof value === "string" && getValueKind(type, operator) === "number" ? new LongNumber(value) : null;
}

function exportAtKey(column: string, { operator, key, value }: FilterCondition): LangfuseCondition | null {
  if (key === undefined) return null;
  const base = { column, type: "stringObject", key } as const;
  if (operator === "is null") return { ...base, operator: "is not set", value: "" };
  if (operator === "is not null") return { ...base, operator: "is set", value: "" };
  return typeof value === "string" ? { ...base, operator, value } : null;
}

function typeOf({ type }: EventColumn<unknown>, { operator }: FilterCondition): LangfuseCondition["type"] {
  // An option column may have an operator of text. Langfuse then needs the type `string`.
  return type === "text" || (type === "stringOptions" && getValueKind(type, operator) === "text") ? "string" : type;
}
