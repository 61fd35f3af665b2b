import type { EventColumn } from "../../event-source/event-source";
import type { Filter, FilterNode } from "../schema";
import { makeEqualLiteral, splitIntoLiterals, makeFilterOperandId, type FilterLiteral } from "./literal";

/** A filter without `none of` groups. Negated literals replace these groups. */
export type FilterWithoutNone =
  FilterLiteral | { all: readonly FilterWithoutNone[] } | { any: readonly FilterWithoutNone[] };

/** Literals that must hold together. `rest` holds the groups that must hold too and were not expanded. */
export type FilterClause = { literals: readonly FilterLiteral[]; rest: readonly FilterWithoutNone[] };

/**
 * The most clauses of a filter. A group that would need more is not expanded: the matcher evaluates it only for
 * triggers that may still match.
 */
const CLAUSES_MAX = 32;

/** Expands a filter into at most CLAUSES_MAX clauses, of which at least one must hold (disjunctive normal form). */
export function expandIntoClauses(columns: ReadonlyMap<string, EventColumn<unknown>>, filter: Filter): FilterClause[] {
  return expand(treeOf(columns, filter, true), CLAUSES_MAX).map(({ literals, rest }) => ({
    literals: joined(literals, false) as FilterLiteral[],
    rest,
  }));
}

/** Moves each negation down to the literals (De Morgan). `wanted` is false if the node must not hold. */
function treeOf(
  columns: ReadonlyMap<string, EventColumn<unknown>>,
  node: FilterNode,
  wanted: boolean,
): FilterWithoutNone {
  if (node.type === "condition") {
    const column = columns.get(node.column);
    if (!column) throw new Error(`checkFilter let an unknown column through: ${node.column}`);
    const literals = splitIntoLiterals(column, node, wanted);
    return literals.length === 1 ? literals[0]! : { all: literals };
  }
  const wantedOfChild = node.match === "none" ? !wanted : wanted;
  const children = node.children.map((child) => treeOf(columns, child, wantedOfChild));
  const isAll = (node.match === "any") !== wanted;
  const parts = isAll
    ? children.flatMap((child) => ("all" in child ? child.all : [child]))
    : joined(
        children.flatMap((child) => ("any" in child ? child.any : [child])),
        true,
      );
  if (parts.length === 1) return parts[0]!;
  return isAll ? { all: parts } : { any: parts };
}

/**
 * Joins equality literals on the same operand into one literal, with each value once. Alternatives get their positive
 * literals joined, to "any of these values". Literals that must all hold get their negative ones joined, to "none of
 * these values".
 * @param wanted true for alternatives
 */
function joined(parts: readonly FilterWithoutNone[], wanted: boolean): FilterWithoutNone[] {
  const groups = new Map<string, FilterLiteral[]>();
  const others: FilterWithoutNone[] = [];
  for (const part of parts) {
    if (!("operand" in part) || part.question.kind !== "equal" || part.wanted !== wanted) others.push(part);
    else
      groups.set(makeFilterOperandId(part.operand), [...(groups.get(makeFilterOperandId(part.operand)) ?? []), part]);
  }
  const equals = [...groups.values()].map((literals) => {
    const [first] = literals;
    if (literals.length === 1) return first!;
    const values = literals.flatMap(({ question }) => (question.kind === "equal" ? question.values : []));
    return makeEqualLiteral(first!.operand, values, wanted);
  });
  return [...equals, ...others];
}

/** Expands a tree into at most `max` clauses. */
function expand(tree: FilterWithoutNone, max: number): FilterClause[] {
  if ("operand" in tree) return [{ literals: [tree], rest: [] }];
  if ("any" in tree) {
    if (tree.any.length > max) return [{ literals: [], rest: [tree] }];
    const each = Math.floor(max / tree.any.length);
    return tree.any.flatMap((child) => expand(child, each));
  }
  // Groups with few alternatives come first, so that as many groups as possible are expanded.
  const width = (child: FilterWithoutNone): number => ("any" in child ? child.any.length : 1);
  const children = [...tree.all].sort((left, right) => width(left) - width(right));
  return children.reduce<FilterClause[]>(
    (clauses, child) => {
      const parts = expand(child, Math.floor(max / clauses.length));
      return clauses.flatMap((left) =>
        parts.map((right) => ({
          literals: [...left.literals, ...right.literals],
          rest: [...left.rest, ...right.rest],
        })),
      );
    },
    [{ literals: [], rest: [] }],
  );
}
