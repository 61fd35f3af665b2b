import { Engine, type NestedCondition } from "json-rules-engine";
import sift from "sift";
import type { EventColumn } from "@/domain/event-source/event-source";
import type { ObservationCreated } from "@/domain/event-source/observation-created/schema";
import { parseInstant } from "@/domain/filter/parse-instant";
import type { Filter, FilterCondition, FilterNode } from "@/domain/filter/schema";

/*
 * Matching by two common libraries, for comparison. Their input is read from observations before the timing starts. So
 * the program's own matcher does more work for each event: it also reads columns, keys and dates.
 */

export type ColumnValues = Record<string, unknown>;

const factOf = ({ column, key }: Pick<FilterCondition, "column" | "key">): string =>
  key === undefined ? column : `${column}:${key}`;

/**
 * Makes a function that reads from an observation all values that the filters compare, by name and in the form to
 * compare.
 */
export function makeColumnValuesReader(
  columns: readonly EventColumn<ObservationCreated>[],
  filters: readonly Filter[],
): (state: ObservationCreated) => ColumnValues {
  const byId = new Map(columns.map((column) => [column.id, column]));
  const conditions = new Map<string, FilterCondition>();
  const visit = (node: FilterNode): void => {
    if (node.type === "group") node.children.forEach(visit);
    else if (isText(node) || !conditions.has(factOf(node))) conditions.set(factOf(node), node);
  };
  filters.forEach(visit);
  return (state) =>
    Object.fromEntries(
      [...conditions].map(([name, condition]) => [name, factFrom(byId.get(condition.column)!, condition, state)]),
    );
}

const isText = ({ operator }: FilterCondition): boolean => operator === "contains" || operator === "does not contain";

function factFrom(
  column: EventColumn<ObservationCreated>,
  condition: FilterCondition,
  state: ObservationCreated,
): unknown {
  const raw = column.read(state);
  const value = condition.key === undefined ? raw : (raw as ColumnValues | null)?.[condition.key];
  if (column.type === "datetime") return parseInstant(value);
  return isText(condition) && typeof value === "object" && value !== null ? JSON.stringify(value) : (value ?? null);
}

export function makeSiftMatcher(filter: Filter): (facts: ColumnValues) => boolean {
  return sift(siftQuery(filter) as Parameters<typeof sift>[0]);
}

const siftGroups = { all: "$and", any: "$or", none: "$nor" } as const;

function siftQuery(node: FilterNode): ColumnValues {
  if (node.type === "group") return { [siftGroups[node.match]]: node.children.map(siftQuery) };
  return { [factOf(node)]: siftTest(node) };
}

function siftTest({ operator, value, column }: FilterCondition): ColumnValues {
  switch (operator) {
    case "=":
      return { $eq: value };
    case "<>":
      return { $eq: !value };
    case ">":
      return { $gt: comparable(column, value) };
    case ">=":
      return { $gte: comparable(column, value) };
    case "<":
      return { $lt: comparable(column, value) };
    case "<=":
      return { $lte: comparable(column, value) };
    case "any of":
      return { $in: value };
    case "none of":
      return { $nin: value };
    case "all of":
      return { $all: value };
    case "is null":
      return { $eq: null };
    case "is not null":
      return { $ne: null };
    case "does not contain":
      return { $not: { $regex: patternOf("contains", value as string) } };
    case "contains":
    case "starts with":
    case "ends with":
    case "matches":
      return { $regex: patternOf(operator, value as string) };
    default:
      return operator satisfies never;
  }
}

function patternOf(operator: "contains" | "starts with" | "ends with" | "matches", value: string): RegExp {
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(
    { contains: escaped, "starts with": `^${escaped}`, "ends with": `${escaped}$`, matches: value }[operator],
  );
}

const comparable = (column: string, value: FilterCondition["value"]): unknown =>
  column.endsWith("Time") ? parseInstant(value) : value;

/** Makes a function that returns the positions of the matching filters. It runs json-rules-engine, with a rule each. */
export function makeJsonRulesEngineMatcher(filters: readonly Filter[]): (facts: ColumnValues) => Promise<number[]> {
  const engine = new Engine([], { allowUndefinedFacts: true });
  const text = (seen: unknown): seen is string => typeof seen === "string";
  engine.addOperator("any of", (seen: unknown, values: string[]) =>
    Array.isArray(seen) ? seen.some((item) => values.includes(item as string)) : values.includes(seen as string),
  );
  engine.addOperator(
    "all of",
    (seen: unknown, values: string[]) => Array.isArray(seen) && values.every((value) => seen.includes(value)),
  );
  engine.addOperator("contains text", (seen: unknown, value: string) => text(seen) && seen.includes(value));
  engine.addOperator("starts with", (seen: unknown, value: string) => text(seen) && seen.startsWith(value));
  engine.addOperator("ends with", (seen: unknown, value: string) => text(seen) && seen.endsWith(value));
  engine.addOperator("matches", (seen: unknown, value: RegExp) => text(seen) && value.test(seen));
  filters.forEach((filter, n) => engine.addRule({ conditions: { all: [ruleOf(filter)] }, event: { type: String(n) } }));
  return async (facts) => (await engine.run(facts)).events.map(({ type }) => Number(type));
}

function ruleOf(node: FilterNode): NestedCondition {
  if (node.type === "condition") return ruleTest(node);
  const children = node.children.map(ruleOf);
  if (node.match === "all") return { all: children };
  const any: AnyOf = { any: children };
  return node.match === "any" ? any : { not: any };
}

type AnyOf = { any: NestedCondition[] };

function ruleTest(condition: FilterCondition): NestedCondition {
  const { operator, value, column } = condition;
  const fact = factOf(condition);
  switch (operator) {
    case "=":
      return { fact, operator: "equal", value };
    case "<>":
      return { fact, operator: "equal", value: !value };
    case ">":
      return { fact, operator: "greaterThan", value: comparable(column, value) };
    case ">=":
      return { fact, operator: "greaterThanInclusive", value: comparable(column, value) };
    case "<":
      return { fact, operator: "lessThan", value: comparable(column, value) };
    case "<=":
      return { fact, operator: "lessThanInclusive", value: comparable(column, value) };
    case "none of":
      return { not: { fact, operator: "any of", value } };
    case "does not contain":
      return { not: { fact, operator: "contains text", value } };
    case "contains":
      return { fact, operator: "contains text", value };
    case "matches":
      return { fact, operator, value: new RegExp(value as string) };
    case "is null":
      return { fact, operator: "equal", value: null };
    case "is not null":
      return { fact, operator: "notEqual", value: null };
    case "any of":
    case "all of":
    case "starts with":
    case "ends with":
      return { fact, operator, value };
    default:
      return operator satisfies never;
  }
}
