import type { Column } from "../../event-source/event-source";
import type { Filter, FilterNode } from "../schema";
import { equalTo, literalsOf, placeId, type Literal } from "./literal";

/** A filter without `none of` groups: the negation stands in the literals. */
export type Tree = Literal | { all: readonly Tree[] } | { any: readonly Tree[] };

/** Literals that must hold together. `rest` holds groups that were not expanded. */
export type Clause = { literals: readonly Literal[]; rest: readonly Tree[] };

/** The most slots of a trigger. The matcher evaluates further groups only for the triggers that still may match. */
const CLAUSES_MAX = 32;

/**
 * Expands a filter into at most CLAUSES_MAX clauses, of which one must hold (disjunctive normal form).
 * @param filter a filter in which `checkFilter` found no problem
 */
export function clausesOf(columns: ReadonlyMap<string, Column<unknown>>, filter: Filter): Clause[] {
  return expand(treeOf(columns, filter, true), CLAUSES_MAX).map(({ literals, rest }) => ({
    literals: joined(literals, false) as Literal[],
    rest,
  }));
}

/** Moves each negation down to the literals (De Morgan). `wanted` is false if the node must not hold. */
function treeOf(columns: ReadonlyMap<string, Column<unknown>>, node: FilterNode, wanted: boolean): Tree {
  if (node.type === "condition") {
    const column = columns.get(node.column);
    if (!column) throw new Error(`checkFilter let an unknown column through: ${node.column}`);
    const literals = literalsOf(column, node, wanted);
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
 * Joins the literals of equality on one place into one literal, with each value once. Of alternatives it joins the
 * positive ones (any of these values). Of literals that must hold together it joins the negative ones (none of these
 * values).
 */
function joined(parts: readonly Tree[], wanted: boolean): Tree[] {
  const groups = new Map<string, Literal[]>();
  const others: Tree[] = [];
  for (const part of parts) {
    if (!("place" in part) || part.question.kind !== "equal" || part.wanted !== wanted) others.push(part);
    else groups.set(placeId(part.place), [...(groups.get(placeId(part.place)) ?? []), part]);
  }
  const equals = [...groups.values()].map((literals) => {
    const [first] = literals;
    if (literals.length === 1) return first!;
    const values = literals.flatMap(({ question }) => (question.kind === "equal" ? question.values : []));
    return equalTo(first!.place, values, wanted);
  });
  return [...equals, ...others];
}

/** Expands a tree into at most `max` clauses. */
function expand(tree: Tree, max: number): Clause[] {
  if ("place" in tree) return [{ literals: [tree], rest: [] }];
  if ("any" in tree) {
    if (tree.any.length > max) return [{ literals: [], rest: [tree] }];
    const each = Math.floor(max / tree.any.length);
    return tree.any.flatMap((child) => expand(child, each));
  }
  // Groups with few alternatives come first, so that as many groups as possible are expanded.
  const width = (child: Tree): number => ("any" in child ? child.any.length : 1);
  const children = [...tree.all].sort((left, right) => width(left) - width(right));
  return children.reduce<Clause[]>(
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
