import type { EventColumn } from "../event-source/event-source";
import { checkFilter, FilterError, type FilterCheckOptions, type FilterableSource } from "./check-filter";
import { compileCondition, type CompiledCondition } from "./compile-condition";
import { shortenForPeople } from "./field-text";
import { describeConditionResult } from "./describe-condition-result";
import type { RegexResultLookup } from "./regex";
import type { ConditionValue, Filter, FilterCondition, FilterNode, Operator } from "./schema";

/** The result of one condition. */
export type ConditionResult = {
  /** the path to the condition: the position of each child from the root down */
  path: number[];
  column: string;
  key?: string;
  operator: Operator;
  value?: ConditionValue;
  /** the value that the condition looked at, safe for JSON, at most 200 characters; null if the value is missing */
  seen: unknown;
  /** whether the condition holds, apart from any `none of` group around it */
  passed: boolean;
  /** whether the condition must hold for the filter to match; each `none of` group around it reverses this */
  expected: boolean;
  /** the field was longer than 64 KiB, and the condition looked only at the first 64 KiB */
  truncated?: boolean;
  /** where the value comes from, if the sender did not give it */
  note?: string;
  /** the result in one line: `latency > 5 failed: saw 1.2` */
  reason: string;
};

export type FilterResult = {
  matched: boolean;
  /** the first condition that prevented the match: it failed, or it held although it must not; null for a match */
  firstFailure: ConditionResult | null;
  /** the result of every condition, in the order of the tree; `evaluate` leaves the list empty */
  conditions: ConditionResult[];
};

/** How far a payload is from matching the filter, counted in conditions. */
export type FilterDistance = {
  /**
   * the conditions with another result than expected, as positions in the list that `explain` returns; a match may have
   * some, inside an any-of group
   */
  stopping: number[];
  /** the fewest conditions whose result would have to change for a match; 0 for a match */
  missing: number;
  /** the first of the fewest conditions whose result would have to change; null for a match */
  nearest: number | null;
};

export type CompiledFilter = {
  /**
   * Evaluates the filter. Stops as soon as the result is clear.
   * @param lookup returns the results of long regular expressions
   */
  evaluate(state: unknown, lookup?: RegexResultLookup): FilterResult;
  /** Evaluates every condition of the filter and returns each result. */
  explain(state: unknown, lookup?: RegexResultLookup): FilterResult;
  /** Evaluates every condition, and measures how far the payload is from a match. */
  measure(state: unknown, lookup?: RegexResultLookup): FilterDistance;
  /** the regular expressions of the filter, each once */
  regexes: readonly string[];
};

type Leaf = {
  kind: "condition";
  index: number;
  path: number[];
  condition: FilterCondition;
  compiled: CompiledCondition;
  expected: boolean;
};
type Group = { kind: "group"; match: "all" | "any" | "none"; children: Node[] };
type Node = Leaf | Group;
/** The input of one evaluation: a parsed payload, and the lookup of regular expressions that a thread has evaluated. */
type EvaluationInput = { state: unknown; lookup: RegexResultLookup | undefined };

const matched: FilterResult = Object.freeze({
  matched: true,
  firstFailure: null,
  conditions: Object.freeze([]) as unknown as ConditionResult[],
});

/**
 * Compiles a filter, so that it can run over parsed payloads of its source.
 * @throws FilterError with every problem of a filter that cannot be evaluated
 */
export function compileFilter(
  source: FilterableSource,
  filter: Filter,
  options: FilterCheckOptions = {},
): CompiledFilter {
  const problems = checkFilter(source, filter, options);
  if (problems.length > 0) throw new FilterError(problems);
  const columns = new Map<string, EventColumn<unknown>>(source.columns.map((column) => [column.id, column]));
  const leaves: Leaf[] = [];

  const compile = (node: FilterNode, path: number[], expected: boolean): Node => {
    if (node.type === "group") {
      const inner = node.match === "none" ? !expected : expected;
      const children = node.children.map((child, index) => compile(child, [...path, index], inner));
      return { kind: "group", match: node.match, children };
    }
    const column = columns.get(node.column);
    if (!column) throw new Error(`checkFilter let an unknown column through: ${node.column}`);
    const compiled = compileCondition(column, node);
    const leaf: Leaf = { kind: "condition", index: leaves.length, path, condition: node, compiled, expected };
    leaves.push(leaf);
    return leaf;
  };
  const root = compile(filter, [], true);

  return {
    evaluate: (state, lookup) => {
      const blamed = blame(root, { state, lookup }, true);
      return blamed ? failed(blamed, { state, lookup }) : matched;
    },
    explain: (state, lookup) => {
      const input = { state, lookup };
      const blamed = blame(root, input, true);
      const conditions = leaves.map((leaf) => resultOf(leaf, input));
      return { matched: !blamed, firstFailure: blamed && resultOf(blamed, input), conditions };
    },
    measure: (state, lookup) => {
      const stops = leaves.map(({ compiled, expected }) => compiled.holds(state, lookup) !== expected);
      return {
        stopping: stops.flatMap((isStopping, index) => (isStopping ? [index] : [])),
        ...distance(root, stops, true),
      };
    },
    regexes: [
      ...new Set(
        leaves
          .filter(({ condition }) => condition.operator === "matches")
          .map(({ condition }) => condition.value as string),
      ),
    ],
  };
}

/**
 * Returns the first condition that prevents a node from having the wanted result; null if none does. By De Morgan's
 * laws, a group that must not hold is a group of negated children. So one walk serves both cases, and `none of` is a
 * negated `any of`.
 */
function blame(node: Node, input: EvaluationInput, wanted: boolean): Leaf | null {
  if (node.kind === "condition") return node.compiled.holds(input.state, input.lookup) === wanted ? null : node;
  const wantedOfChild = node.match === "none" ? !wanted : wanted;
  const everyChildCounts = (node.match === "any") !== wanted;
  let first: Leaf | null = null;
  for (const child of node.children) {
    const blamed = blame(child, input, wantedOfChild);
    if (everyChildCounts) {
      if (blamed) return blamed;
    } else {
      if (!blamed) return null;
      first ??= blamed;
    }
  }
  return first;
}

/**
 * Counts the fewest conditions that prevent a node from having the wanted result. `stops` tells for each condition
 * whether its result is wrong.
 */
function distance(node: Node, stops: readonly boolean[], wanted: boolean): Omit<FilterDistance, "stopping"> {
  if (node.kind === "condition")
    return stops[node.index] ? { missing: 1, nearest: node.index } : { missing: 0, nearest: null };
  const wantedOfChild = node.match === "none" ? !wanted : wanted;
  const everyChildCounts = (node.match === "any") !== wanted;
  const children = node.children.map((child) => distance(child, stops, wantedOfChild));
  if (everyChildCounts) {
    const missing = children.reduce((sum, child) => sum + child.missing, 0);
    return { missing, nearest: children.find((child) => child.missing > 0)?.nearest ?? null };
  }
  return children.reduce((least, child) => (child.missing < least.missing ? child : least), {
    missing: Infinity,
    nearest: null,
  });
}

/**
 * Makes the reason of a non-match only when it is first read. Most filters do not match, and most reasons are never
 * read.
 */
function failed(leaf: Leaf, input: EvaluationInput): FilterResult {
  let made: ConditionResult | null = null;
  return {
    matched: false,
    get firstFailure() {
      made ??= resultOf(leaf, input);
      return made;
    },
    conditions: [],
  };
}

function resultOf(leaf: Leaf, { state, lookup }: EvaluationInput): ConditionResult {
  const { path, condition, compiled, expected } = leaf;
  const { seen, truncated } = compiled.read(state);
  const note = compiled.note(state);
  const found = { seen, passed: compiled.holds(state, lookup), expected, truncated, note };
  return {
    path,
    column: condition.column,
    ...(condition.key === undefined ? {} : { key: condition.key }),
    operator: condition.operator,
    ...(condition.value === undefined ? {} : { value: condition.value }),
    seen: shortenForPeople(seen),
    passed: found.passed,
    expected,
    ...(truncated ? { truncated } : {}),
    ...(note === null ? {} : { note }),
    reason: describeConditionResult(condition, found),
  };
}
