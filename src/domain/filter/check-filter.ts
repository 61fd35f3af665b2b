import type { EventColumn, EventSource } from "../event-source/event-source";
import { readNumberOrNumericText } from "../json/numeric";
import { isNumberText } from "../json/decimal";
import { parseInstant } from "./parse-instant";
import { listOperatorsOfColumn, getKeyRequirement, getValueKind } from "./operators";
import { compileRegex } from "./regex";
import { filterLimits, type Filter, type FilterCondition, type FilterGroup, type FilterNode } from "./schema";

type FilterProblemCode =
  | "unknown_column"
  | "unknown_operator"
  | "bad_key"
  | "bad_value"
  | "bad_regex"
  | "empty_group"
  | "too_deep"
  | "too_many";

/** A problem of a filter. `path` leads to the node at fault: it lists the position of each child from the root down. */
export type FilterProblem = { path: number[]; message: string; code: FilterProblemCode };

// Any event source fits, whatever its payload, because the check of a filter reads no payload.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type FilterableSource = Pick<EventSource<any>, "columns" | "noun">;

/** The error of a filter that cannot be evaluated. Such a filter must not count as a non-match. */
export class FilterError extends Error {
  override readonly name = "FilterError";
  constructor(readonly problems: FilterProblem[]) {
    super(problems.map((problem) => problem.message).join(" "));
  }
}

/**
 * `compilesRegexes` is false for a filter that was checked when it was saved, because compiling takes most of the
 * check's time. Each expression is then compiled when it is first needed.
 */
export type FilterCheckOptions = { compilesRegexes?: boolean };

/**
 * Lists the problems of a filter over the columns of a source, in the order of the tree. The children of a group at
 * fault, and conditions beyond the most that a filter may have, are not checked. A filter without a problem can run.
 */
export function checkFilter(
  source: FilterableSource,
  filter: Filter,
  options: FilterCheckOptions = {},
): FilterProblem[] {
  const columns = new Map(source.columns.map((column) => [column.id, column]));
  const problems: FilterProblem[] = [];
  let conditions = 0;

  const visit = (node: FilterNode, path: number[]): void => {
    if (node.type === "condition") {
      conditions += 1;
      // Only the first `conditionsMax` conditions are checked. One further problem stands for all others.
      if (conditions <= filterLimits.conditionsMax) problems.push(...checkCondition(node, path, { columns, options }));
      return;
    }
    const problem = checkGroup(node, path);
    if (problem) problems.push(problem);
    else node.children.forEach((child, index) => visit(child, [...path, index]));
  };
  visit(filter, []);

  if (conditions > filterLimits.conditionsMax) {
    const message = `A filter has at most ${filterLimits.conditionsMax} conditions; this one has ${conditions}.`;
    problems.push({ path: [], message, code: "too_many" });
  }
  return problems;
}

function checkGroup(group: FilterGroup, path: number[]): FilterProblem | null {
  if (path.length >= filterLimits.depthMax) {
    return { path, message: `Groups are nested at most ${filterLimits.depthMax} levels deep.`, code: "too_deep" };
  }
  if (group.children.length > 0) return null;
  /*
   * Only a whole filter of `all of` may be empty; it matches every event. An empty `none of` would match every event
   * too, and an empty `any of` none.
   */
  const isEmptyFilter = path.length === 0 && group.match === "all";
  if (isEmptyFilter) return null;
  return { path, message: "This group is empty: add a condition or remove it.", code: "empty_group" };
}

function checkCondition(
  condition: FilterCondition,
  path: number[],
  { columns, options }: { columns: ReadonlyMap<string, EventColumn<unknown>>; options: FilterCheckOptions },
): FilterProblem[] {
  const column = columns.get(condition.column);
  if (!column) {
    return [{ path, message: `There is no column called "${condition.column}".`, code: "unknown_column" }];
  }
  if (!listOperatorsOfColumn(column).includes(condition.operator)) {
    const known = listOperatorsOfColumn(column).join(", ");
    const message = `${column.label} cannot be asked "${condition.operator}"; it takes: ${known}.`;
    return [{ path, message, code: "unknown_operator" }];
  }
  return [keyProblem(column, condition, path), valueProblem(column, condition, { path, ...options })].filter(
    (found) => found !== null,
  );
}

function keyProblem(column: EventColumn<unknown>, condition: FilterCondition, path: number[]): FilterProblem | null {
  const use = getKeyRequirement(column.type, condition.operator);
  if (use === "none" && condition.key !== undefined) {
    return { path, message: `${column.label} has no keys.`, code: "bad_key" };
  }
  return use === "required" && !condition.key
    ? { path, message: `${column.label} needs the key to look at.`, code: "bad_key" }
    : null;
}

function valueProblem(
  column: EventColumn<unknown>,
  condition: FilterCondition,
  { path, compilesRegexes = true }: FilterCheckOptions & { path: number[] },
): FilterProblem | null {
  const bad = (needs: string): FilterProblem => ({
    path,
    message: `${column.label} "${condition.operator}" needs ${needs}.`,
    code: "bad_value",
  });
  const { value, operator } = condition;
  const kind = getValueKind(column.type, operator);
  switch (kind) {
    case "none":
      return null;
    case "number":
      return isNumber(value) ? null : bad("a number");
    case "boolean":
      return typeof value === "boolean" ? null : bad("true or false");
    case "datetime":
      if (typeof value === "string" && parseInstant(value) !== null) return null;
      return bad("a date, such as 2026-01-31T12:00:00Z");
    case "list":
      return Array.isArray(value) && value.length > 0 ? null : bad("a list of at least one value");
    case "text":
      if (typeof value !== "string") return bad("a text");
      // A value can equal the empty text. But every text contains the empty text, so the other operators refuse it.
      if (value === "" && operator !== "=") return bad("a text that is not empty");
      return operator === "matches" && compilesRegexes ? regexProblem(column, value, path) : null;
    default:
      return kind satisfies never;
  }
}

/**
 * The most characters of a number that a filter holds as a JavaScript number. A filter holds a longer number as text.
 */
const NUMBER_LENGTH_MAX = 15;

const isNumber = (value: unknown): boolean =>
  typeof value === "number"
    ? Number.isFinite(value)
    : typeof value === "string" &&
      value.length > NUMBER_LENGTH_MAX &&
      isNumberText(value) &&
      readNumberOrNumericText(value) !== null;

function regexProblem(column: EventColumn<unknown>, source: string, path: number[]): FilterProblem | null {
  const { problem } = compileRegex(source);
  return problem === null
    ? null
    : { path, message: `The regular expression for ${column.label} ${asClause(problem)}.`, code: "bad_regex" };
}

function asClause(problem: string): string {
  return /^is /.test(problem) ? problem : `cannot be read: ${problem}`;
}
