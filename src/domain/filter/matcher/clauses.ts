import type { Column } from "../../event-source/event-source";
import type { Filter, FilterNode } from "../schema";
import { equalTo, literalsOf, placeId, type Literal } from "./literal";

/** A filter without `none of`: negation stands at the literals alone. */
export type Tree = Literal | { all: readonly Tree[] } | { any: readonly Tree[] };

/** What has to hold together: the literals, and what could not be taken apart. */
export type Clause = { literals: readonly Literal[]; rest: readonly Tree[] };

/** A trigger takes at most this many slots; groups that would need more are evaluated for the candidates that are left. */
const CLAUSES_MAX = 32;

/**
 * A filter as clauses of which one has to hold (its disjunctive normal form, as far as CLAUSES_MAX goes).
 * Takes a filter that `checkFilter` found nothing wrong with.
 */
export function clausesOf(columns: ReadonlyMap<string, Column<unknown>>, filter: Filter): Clause[] {
  return expand(treeOf(columns, filter, true), CLAUSES_MAX).map(({ literals, rest }) => ({
    literals: joined(literals, false) as Literal[],
    rest,
  }));
}

/** Wanting a group not to hold is wanting the opposite of its children (De Morgan). */
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
 * Makes one literal of all that ask one place for equality, each value once: of alternatives where a yes is wanted (one of
 * these or one of those), of what has to hold together where a no is (none of these and none of those).
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

/** At most `max` clauses. */
function expand(tree: Tree, max: number): Clause[] {
  if ("place" in tree) return [{ literals: [tree], rest: [] }];
  if ("any" in tree) {
    if (tree.any.length > max) return [{ literals: [], rest: [tree] }];
    const each = Math.floor(max / tree.any.length);
    return tree.any.flatMap((child) => expand(child, each));
  }
  // The fewest alternatives first, so that as many groups as can be are taken apart.
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
