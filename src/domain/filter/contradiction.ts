import type { EventColumn } from "../event-source/event-source";
import { checkFilter, type FilterableSource } from "./check-filter";
import { describeCondition } from "./describe-filter";
import { canColumnMeetDemands, type ConditionWithWantedResult } from "./can-column-meet-demands";
import { filterLimits, type Filter, type FilterCondition, type FilterNode } from "./schema";

/**
 * The reason, as a sentence, why a filter can never match. `path` leads to the node at fault: it lists the position of
 * each child from the root down.
 */
export type FilterContradiction = { path: number[]; reason: string };

/**
 * The search for a contradiction tries at most this many branches of groups. After that it assumes that the filter can
 * match.
 */
const CHOICES_MAX = 1_000;

/**
 * The search for a contradiction tries at most this many values on conditions, about 1 µs each. After that it assumes
 * that the filter can match.
 */
const EFFORT_MAX = 500_000;

/** The column name in the conflict of an empty group, because an empty group has no column. */
const EMPTY = "";

const NONE_LEFT = "Nothing in this group can hold:";

/**
 * Searches for a proof that a filter can never match. It returns null if it finds no proof, also for some filters that
 * never match. The search compares conditions on the same column and key, through nested groups. A condition without
 * a key is compared with those on all keys of its column. The search does not compare
 * different columns, because a sender's clocks and totals need not agree. A condition with a problem (see
 * `checkFilter`) counts as one that may hold, except `any of` with an empty list. The search skips a filter with too
 * many conditions.
 */
export function findFilterContradiction(source: FilterableSource, filter: Filter): FilterContradiction | null {
  if (conditionsOf(filter) > filterLimits.conditionsMax) return null;
  const conflict = new Search(source).solve([{ node: filter, path: [], wanted: true }], emptyFacts);
  return conflict && { path: conflict.path, reason: conflict.reason };
}

function conditionsOf(node: FilterNode): number {
  return node.type === "condition" ? 1 : node.children.reduce((sum, child) => sum + conditionsOf(child), 0);
}

/**
 * A task of the search: a node of the filter, its path, and the result that the node must have. `wanted` is false if
 * the node must not hold.
 */
type Task = { node: FilterNode; path: number[]; wanted: boolean };
/** The children of a group of which at least one must have the result that its task wants. */
type Choice = { path: number[]; branches: Task[] };
/** The demands on values so far, by column. */
type Facts = ReadonlyMap<string, readonly ConditionWithWantedResult[]>;
/**
 * The reason why no value meets all demands, and the columns of those demands. A choice about another column cannot
 * solve the conflict.
 */
type Conflict = FilterContradiction & { columns: ReadonlySet<string> };

const emptyFacts: Facts = new Map();

type ConditionUse = "usable" | "unknown" | "never";

// The uses of conditions are cached. While a person edits one condition of a form, the others keep their objects.
const usesOf = new WeakMap<FilterableSource, WeakMap<FilterCondition, ConditionUse>>();

class Search {
  private readonly columns: ReadonlyMap<string, EventColumn<unknown>>;
  private choicesTried = 0;
  private effort = 0;

  constructor(private readonly source: FilterableSource) {
    this.columns = new Map(source.columns.map((column) => [column.id, column]));
  }

  /** Returns the conflict of the tasks; null if all tasks may be met together. */
  solve(tasks: Task[], facts: Facts, open: Choice[] = []): Conflict | null {
    const [choices, known] = [[...open], new Map(facts)];
    const conflict = this.settle(tasks, known, choices);
    return conflict ?? this.choose(choices, known);
  }

  /**
   * Adds the demand of each condition to `facts`, and each group with several branches, of which one must be met, to
   * `choices`. Returns the first conflict, or null.
   */
  private settle(
    tasks: Task[],
    facts: Map<string, readonly ConditionWithWantedResult[]>,
    choices: Choice[],
  ): Conflict | null {
    for (const { node, path, wanted } of tasks) {
      if (node.type === "condition") {
        const conflict = this.demand({ condition: node, wanted }, path, facts);
        if (conflict) return conflict;
        continue;
      }
      const wantedOfChild = node.match === "none" ? !wanted : wanted;
      const children = node.children.map((child, index) => ({
        node: child,
        path: [...path, index],
        wanted: wantedOfChild,
      }));
      const everyChildCounts = (node.match === "any") !== wanted;
      if (!everyChildCounts && children.length === 0)
        return { path, reason: emptyReason(wanted), columns: new Set([EMPTY]) };
      if (!everyChildCounts && children.length > 1) choices.push({ path, branches: children });
      else {
        const conflict = this.settle(children, facts, choices);
        if (conflict) return conflict;
      }
    }
    return null;
  }

  private demand(
    demand: ConditionWithWantedResult,
    path: number[],
    facts: Map<string, readonly ConditionWithWantedResult[]>,
  ): Conflict | null {
    const { condition, wanted } = demand;
    const use = this.useOf(condition);
    if (use === "unknown") return null;
    const columns = new Set([condition.column]);
    if (use === "never")
      return wanted ? { path, reason: `It can never be that ${this.words(demand)}.`, columns } : null;
    const column = this.columns.get(condition.column);
    if (!column) return null;
    const before = facts.get(condition.column) ?? [];
    // Demands at other keys concern other values, so this demand is compared only with those on the same value.
    const beside = before.filter((one) => isAboutSameValue(one.condition, condition));
    this.effort += (beside.length + 1) * (1 + valuesOf([...beside, demand]));
    // Beyond the effort limit, demands count as possible, and so the filter counts as one that can match.
    if (this.effort > EFFORT_MAX) return null;
    if (canColumnMeetDemands(column, [...beside, demand])) {
      facts.set(condition.column, [...before, demand]);
      return null;
    }
    return { path, reason: this.reason(column, beside, demand), columns };
  }

  /**
   * Tries the branches of one choice, one after the other. It takes the choice with the fewest branches that are still
   * possible. Returns the conflict of all branches; null if a branch may be met, or beyond CHOICES_MAX branches.
   */
  private choose(choices: Choice[], facts: Facts): Conflict | null {
    let best: { choice: Choice; open: Task[]; failed: Conflict[] } | null = null;
    for (const choice of choices) {
      const results = choice.branches.map((task) => ({ task, conflict: this.settle([task], new Map(facts), []) }));
      const failed = results.map(({ conflict }) => conflict).filter((one) => one !== null);
      const open = results.filter(({ conflict }) => !conflict).map(({ task }) => task);
      if (open.length === 0) return noneLeft(choice, failed);
      if (!best || open.length < best.open.length) best = { choice, open, failed };
    }
    if (!best) return null;
    const { choice, open, failed } = best;
    const others = choices.filter((one) => one !== choice);
    for (const branch of open) {
      this.choicesTried += 1;
      if (this.choicesTried > CHOICES_MAX) return null;
      const conflict = this.solve([branch], facts, others);
      if (!conflict) return null;
      // A conflict about other columns than this branch's arises with every branch, so the search ends.
      if (![...columnsOf(branch.node)].some((column) => conflict.columns.has(column))) return conflict;
      failed.push(conflict);
    }
    return noneLeft(choice, failed);
  }

  private useOf(condition: FilterCondition): ConditionUse {
    const uses = usesOf.get(this.source) ?? new WeakMap<FilterCondition, ConditionUse>();
    usesOf.set(this.source, uses);
    const known = uses.get(condition);
    if (known) return known;
    const problems = checkFilter(this.source, { type: "group", match: "all", children: [condition] });
    const isOfNothing =
      condition.operator === "any of" && Array.isArray(condition.value) && condition.value.length === 0;
    const isValueOnly = problems.every((problem) => problem.code === "bad_value");
    const use = problems.length === 0 ? "usable" : isOfNothing && isValueOnly ? "never" : "unknown";
    uses.set(condition, use);
    return use;
  }

  private reason(
    column: EventColumn<unknown>,
    before: readonly ConditionWithWantedResult[],
    demand: ConditionWithWantedResult,
  ): string {
    if (!canColumnMeetDemands(column, [demand]))
      return `It can never be that ${this.words(demand)}${onlyOptions(column)}.`;
    const other = before.find((one) => !canColumnMeetDemands(column, [one, demand]));
    if (other) return `It can never be that ${this.words(other)} and ${this.words(demand)}.`;
    return `It can never be all at once that ${[...before, demand].map((one) => this.words(one)).join(", and ")}.`;
  }

  private words({ condition, wanted }: ConditionWithWantedResult): string {
    const words = describeCondition(this.source, condition);
    return wanted ? words : `not (${words})`;
  }
}

/** Tells whether two conditions on a column read the same key, or whether one of them reads the whole object. */
const isAboutSameValue = (one: FilterCondition, other: FilterCondition): boolean =>
  one.key === other.key || one.key === undefined || other.key === undefined;

function emptyReason(wanted: boolean): string {
  return wanted
    ? "This any-of group is empty, and so can never hold."
    : "This group is empty, and so always holds where it must not.";
}

function noneLeft(choice: Choice, conflicts: Conflict[]): Conflict {
  const columns = new Set(conflicts.flatMap((conflict) => [...conflict.columns]));
  const first = conflicts[0]?.reason ?? "";
  const reason = first.startsWith(NONE_LEFT) ? first : `${NONE_LEFT} ${first.charAt(0).toLowerCase()}${first.slice(1)}`;
  return { path: choice.path, reason, columns };
}

function onlyOptions(column: EventColumn<unknown>): string {
  return column.isClosed && column.options ? `: it is one of ${column.options.join(", ")}` : "";
}

/** Returns the length of the longest list of values among the demands. */
function valuesOf(demands: readonly ConditionWithWantedResult[]): number {
  return Math.max(...demands.map(({ condition }) => (Array.isArray(condition.value) ? condition.value.length : 0)));
}

function columnsOf(node: FilterNode): Set<string> {
  if (node.type === "condition") return new Set([node.column]);
  return new Set(node.children.length === 0 ? [EMPTY] : node.children.flatMap((child) => [...columnsOf(child)]));
}
