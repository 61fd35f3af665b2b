import type { EventColumn } from "../../event-source/event-source";
import { checkFilter, type FilterableSource } from "../check-filter";
import { LongNumber } from "../../json/long-number";
import { readNumberOrNumericText } from "../../json/numeric";
import { parseInstant } from "../parse-instant";
import { listOperatorsOfColumn } from "../operators";
import {
  Filter,
  filterLimits,
  type ConditionValue,
  type FilterCondition,
  type FilterNode,
  type Operator,
} from "../schema";
import { findLangfuseColumnMeaning } from "./columns";
import { UncheckedLangfuseCondition, langfuseOperators, type LangfuseConditionType } from "./single-filter";

/** A part of a Langfuse filter that cannot be imported. `index` is the entry's position; null means the whole array. */
type ImportProblem = { index: number | null; message: string };

export type ImportedFilter = { filter: Filter; problems: null } | { filter: null; problems: ImportProblem[] };

/**
 * Imports a Langfuse filter over observations: a JSON array of Langfuse's `singleFilter` objects, which must all hold.
 * Columns have Langfuse's ids or names, older names included, or those of this program. Dates are ISO 8601, epoch
 * milliseconds or Date objects. A filter with a problem is not imported. The result then lists all problems. It names
 * data that this program does not receive (scores, comments, the position in the trace …).
 */
export function importLangfuseFilter(source: FilterableSource, json: unknown): ImportedFilter {
  if (!Array.isArray(json)) return refusedWhole("A Langfuse filter is a JSON array of conditions.");
  if (json.length > filterLimits.conditionsMax) {
    return refusedWhole(`A filter has at most ${filterLimits.conditionsMax} conditions; this one has ${json.length}.`);
  }
  const entries = json.map((entry: unknown) => importEntry(source, entry));
  const problems = entries.flatMap((entry, index) =>
    "problems" in entry ? entry.problems.map((message) => ({ index, message })) : [],
  );
  if (problems.length > 0) return { filter: null, problems };
  const children = entries.flatMap((entry) => ("node" in entry ? [entry.node] : []));
  const filter: Filter = { type: "group", match: "all", children };
  const [tooMuch] = checkFilter(source, filter);
  return tooMuch ? refusedWhole(tooMuch.message) : { filter, problems: null };
}

function refusedWhole(message: string): ImportedFilter {
  return { filter: null, problems: [{ index: null, message }] };
}

type Imported = { node: FilterNode } | { problems: string[] };

function importEntry(source: FilterableSource, json: unknown): Imported {
  const parsed = UncheckedLangfuseCondition.safeParse(json);
  if (!parsed.success) return refused(...parsed.error.issues.map((issue) => `The condition ${issue.message}.`));
  const entry = parsed.data;
  const found = findColumn(source, entry.column);
  if (!("column" in found)) return refused(found.problem);
  const typeProblem = problemOfType(entry);
  if (typeProblem) return refused(typeProblem);
  if (found.isPresence) return importPresence(found.column, entry);
  const read = readValue(entry);
  if (!("value" in read)) return refused(`"${entry.column}" ${read.problem}.`);
  const node = toNode(found.column, entry, read.value);
  const problems = problemsOf(source, node);
  return problems.length > 0 ? { problems } : { node };
}

const refused = (...problems: string[]): Imported => ({ problems });

type FoundColumn = { column: EventColumn<unknown>; isPresence: boolean } | { problem: string };

function findColumn(source: FilterableSource, name: string): FoundColumn {
  const own = (id: string): EventColumn<unknown> | undefined => source.columns.find((column) => column.id === id);
  const exact = own(name);
  if (exact) return { column: exact, isPresence: false };
  const read = findLangfuseColumnMeaning(name);
  if (read.kind === "not received") {
    return { problem: `"${name}" cannot be imported: this system does not receive ${read.what}.` };
  }
  const byLabel = (): EventColumn<unknown> | undefined =>
    source.columns.find(({ label }) => label.toLowerCase() === name.trim().toLowerCase());
  const column = read.kind === "unknown" ? byLabel() : own(read.id);
  return column
    ? { column, isPresence: read.kind === "presence" }
    : { problem: `"${name}" cannot be imported: there is no such column of ${source.noun.many}.` };
}

/** Types of Langfuse's conditions on data that no event of this program carries. */
const foreignTypes: Partial<Record<LangfuseConditionType, string>> = {
  categoryOptions: "scores",
  booleanObject: "scores",
  positionInTrace: "the position in the trace",
};

function problemOfType({ column, type, operator }: UncheckedLangfuseCondition): string | null {
  const foreign = foreignTypes[type];
  const cannot = `"${column}" cannot be imported:`;
  if (foreign) return `${cannot} a condition of type ${type} asks for ${foreign}, which this system does not receive.`;
  if (operator === "matches")
    return `${cannot} "matches" is a full-text search in Langfuse, and a regular expression here.`;
  const known: readonly string[] = langfuseOperators[type];
  if (known.includes(operator)) return null;
  return `"${column}": a condition of type ${type} has no operator "${operator}"; it takes ${known.join(", ")}.`;
}

type ReadValue = { value: ConditionValue } | { problem: string };

function readValue({ type, value }: UncheckedLangfuseCondition): ReadValue {
  switch (type) {
    case "string":
    case "stringObject":
      return typeof value === "string" ? { value } : { problem: "needs a text as its value" };
    case "number":
    case "numberObject":
      if (readNumberOrNumericText(value) === null || typeof value === "string")
        return { problem: "needs a number as its value" };
      return { value: value instanceof LongNumber ? value.digits : (value as number) };
    case "boolean":
      return typeof value === "boolean" ? { value } : { problem: "needs true or false as its value" };
    case "datetime": {
      const instant = parseInstant(value instanceof Date ? value.getTime() : value);
      if (instant === null) return { problem: "needs a date as its value, such as 2026-01-31T12:00:00Z" };
      return { value: new Date(instant).toISOString() };
    }
    case "stringOptions":
    case "arrayOptions":
      return isListOfText(value) ? { value } : { problem: "needs a list of at least one text as its value" };
    default:
      return { value: "" };
  }
}

function isListOfText(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
}

/**
 * Imports a boolean condition such as "Has Input" as a test for a value that is not the empty text. In Langfuse an
 * empty text has no value.
 */
function importPresence(
  column: EventColumn<unknown>,
  { column: name, type, operator, value }: UncheckedLangfuseCondition,
): Imported {
  if (type !== "boolean" || typeof value !== "boolean") return refused(`"${name}" needs true or false as its value.`);
  const isWanted = (operator === "=") === value;
  const filled = notEmpty(column, undefined);
  return { node: isWanted ? filled : { type: "group", match: "none", children: [filled] } };
}

function toNode(
  column: EventColumn<unknown>,
  { type, operator, key }: UncheckedLangfuseCondition,
  value: ConditionValue,
): FilterNode {
  const at = key === undefined || !type.endsWith("Object") ? undefined : key;
  const condition = (own: Operator, ownValue?: ConditionValue): FilterCondition => ({
    type: "condition",
    column: column.id,
    ...(at === undefined ? {} : { key: at }),
    operator: own,
    ...(ownValue === undefined ? {} : { value: ownValue }),
  });
  if (type === "null") return condition(operator as Operator);
  // Langfuse's older form of "is set" asks for the empty text, which every text contains.
  const isSetOfOld =
    type === "stringObject" && value === "" && ["contains", "starts with", "ends with"].includes(operator);
  if (operator === "is set" || isSetOfOld) return condition("is not null");
  if (operator === "is not set") return condition("is null");
  if (operator === "is not empty") return notEmpty(column, at);
  const takes = listOperatorsOfColumn(column);
  // A column without `=` gets `any of` with the one value. A column of texts gets a group of `=` for a list of values.
  if (operator === "=" && !takes.includes("=") && takes.includes("any of")) return condition("any of", [String(value)]);
  if (Array.isArray(value) && type === "stringOptions" && column.type === "string") {
    return {
      type: "group",
      match: operator === "any of" ? "any" : "none",
      children: value.map((item) => condition("=", item)),
    };
  }
  return condition(operator as Operator, value);
}

function notEmpty(column: EventColumn<unknown>, key: string | undefined): FilterNode {
  const base = { type: "condition", column: column.id, ...(key === undefined ? {} : { key }) } as const;
  const isOption = column.type === "stringOptions" && !column.freeText;
  const empty: FilterCondition = isOption
    ? { ...base, operator: "any of", value: [""] }
    : { ...base, operator: "=", value: "" };
  const isThere: FilterCondition[] = column.nullable || key !== undefined ? [{ ...base, operator: "is not null" }] : [];
  return { type: "group", match: "all", children: [...isThere, { type: "group", match: "none", children: [empty] }] };
}

function problemsOf(source: FilterableSource, node: FilterNode): string[] {
  const alone: Filter = { type: "group", match: "all", children: [node] };
  const shape = Filter.safeParse(alone);
  if (!shape.success) return shape.error.issues.map((issue) => `The ${fieldOf(issue.path)} ${issue.message}.`);
  return checkFilter(source, alone).map((problem) => problem.message);
}

function fieldOf(path: readonly PropertyKey[]): string {
  return String(path.findLast((step) => typeof step === "string" && step !== "children") ?? "condition");
}
