import type { Column } from "../event-source/event-source";
import { checkFilter, FilterError, type CheckOptions, type FilterSource } from "./check";
import { compileCondition, type CompiledCondition } from "./condition";
import { shorten } from "./field";
import { filterReason } from "./reason";
import type { Elsewhere } from "./regex";
import type { ConditionValue, Filter, FilterCondition, FilterNode, Operator } from "./schema";

/** What one condition found. */
export type ConditionResult = {
  /** the position of each child from the root down */
  path: number[];
  column: string;
  key?: string;
  operator: Operator;
  value?: ConditionValue;
  /** the value it looked at, JSON-safe, at most 200 characters; null where it is missing */
  seen: unknown;
  /** whether the condition itself holds */
  passed: boolean;
  /** whether its place in the filter wants it to hold: false inside a `none of` group */
  expected: boolean;
  /** only the first 64 KiB of the field were looked at */
  truncated?: boolean;
  /** one line: `latency > 5 failed: saw 1.2` */
  reason: string;
};

export type FilterResult = {
  matched: boolean;
  /** of a filter that did not match: the first condition to blame; inside a `none of` group, one that held */
  firstFailure: ConditionResult | null;
  /** every condition in the order of the tree after `explain`; empty after `evaluate` */
  conditions: ConditionResult[];
};

export type CompiledFilter = {
  /** The answer, stopping as early as it can. @param elsewhere who evaluates regular expressions that take long */
  evaluate(state: unknown, elsewhere?: Elsewhere): FilterResult;
  /** The same answer, with what every condition found. */
  explain(state: unknown, elsewhere?: Elsewhere): FilterResult;
  /** the regular expressions in it, which may take their time, each once */
  regexes: readonly string[];
};

type Leaf = {
  kind: "condition";
  path: number[];
  condition: FilterCondition;
  compiled: CompiledCondition;
  expected: boolean;
};
type Group = { kind: "group"; match: "all" | "any" | "none"; children: Node[] };
type Node = Leaf | Group;
/** What is evaluated, and who evaluates what takes long. */
type Seen = { state: unknown; elsewhere: Elsewhere | undefined };

const matched: FilterResult = Object.freeze({
  matched: true,
  firstFailure: null,
  conditions: Object.freeze([]) as unknown as ConditionResult[],
});

/**
 * Makes a filter ready to run over parsed payloads of its source.
 * Throws FilterError, naming every problem, for a filter that cannot be evaluated.
 */
export function compileFilter(source: FilterSource, filter: Filter, options: CheckOptions = {}): CompiledFilter {
  const problems = checkFilter(source, filter, options);
  if (problems.length > 0) throw new FilterError(problems);
  const columns = new Map<string, Column<unknown>>(source.columns.map((column) => [column.id, column]));
  const leaves: Leaf[] = [];

  const compile = (node: FilterNode, path: number[], expected: boolean): Node => {
    if (node.type === "group") {
      const inner = node.match === "none" ? !expected : expected;
      const children = node.children.map((child, index) => compile(child, [...path, index], inner));
      return { kind: "group", match: node.match, children };
    }
    const column = columns.get(node.column);
    if (!column) throw new Error(`checkFilter let an unknown column through: ${node.column}`);
    const leaf: Leaf = { kind: "condition", path, condition: node, compiled: compileCondition(column, node), expected };
    leaves.push(leaf);
    return leaf;
  };
  const root = compile(filter, [], true);

  return {
    evaluate: (state, elsewhere) => {
      const blamed = blame(root, { state, elsewhere }, true);
      return blamed ? failed(blamed, { state, elsewhere }) : matched;
    },
    explain: (state, elsewhere) => {
      const seen = { state, elsewhere };
      const blamed = blame(root, seen, true);
      const conditions = leaves.map((leaf) => resultOf(leaf, seen));
      return { matched: !blamed, firstFailure: blamed && resultOf(blamed, seen), conditions };
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
 * Null where the node comes out as wanted, else the first condition that kept it from that.
 *
 * Wanting a group not to hold is wanting the opposite of its children (De Morgan), so one walk serves
 * both, and `none of` is `any of` with the opposite wanted.
 */
function blame(node: Node, seen: Seen, wanted: boolean): Leaf | null {
  if (node.kind === "condition") return node.compiled.holds(seen.state, seen.elsewhere) === wanted ? null : node;
  const wantedOfChild = node.match === "none" ? !wanted : wanted;
  const everyChildCounts = (node.match === "any") !== wanted;
  let first: Leaf | null = null;
  for (const child of node.children) {
    const blamed = blame(child, seen, wantedOfChild);
    if (everyChildCounts) {
      if (blamed) return blamed;
    } else {
      if (!blamed) return null;
      first ??= blamed;
    }
  }
  return first;
}

/** Most filters do not match most events, and most of these reasons are never read: each is made when it is. */
function failed(leaf: Leaf, seen: Seen): FilterResult {
  let made: ConditionResult | null = null;
  return {
    matched: false,
    get firstFailure() {
      made ??= resultOf(leaf, seen);
      return made;
    },
    conditions: [],
  };
}

function resultOf(leaf: Leaf, { state, elsewhere }: Seen): ConditionResult {
  const { path, condition, compiled, expected } = leaf;
  const { seen, truncated } = compiled.read(state);
  const found = { seen, passed: compiled.holds(state, elsewhere), expected, truncated };
  return {
    path,
    column: condition.column,
    ...(condition.key === undefined ? {} : { key: condition.key }),
    operator: condition.operator,
    ...(condition.value === undefined ? {} : { value: condition.value }),
    seen: shorten(seen),
    passed: found.passed,
    expected,
    ...(truncated ? { truncated } : {}),
    reason: filterReason(condition, found),
  };
}
