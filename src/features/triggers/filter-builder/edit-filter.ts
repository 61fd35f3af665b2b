import type { FilterableSource } from "@/domain/filter/check-filter";
import { keepNodeKey } from "./node-key";
import { readEnteredNumber } from "@/domain/json/numeric";
import { columnOperators, keyRequirementOf, valueKindOf, type ValueKind } from "@/domain/filter/operators";
import type {
  ConditionValue,
  Filter,
  FilterCondition,
  FilterGroup,
  FilterNode,
  Operator,
} from "@/domain/filter/schema";

/** A column in the form of the builder. */
export type FilterBuilderColumn = FilterableSource["columns"][number];

/** Returns the node at a path; null without one. */
export function filterNodeAt(root: Filter, path: readonly number[]): FilterNode | null {
  return path.reduce<FilterNode | null>(
    (node, index) => (node?.type === "group" ? (node.children[index] ?? null) : null),
    root,
  );
}

/** Replaces the node at a path. Only a group can replace the root. */
export function replaceNodeAt(root: Filter, path: readonly number[], node: FilterNode): Filter {
  const [index, ...rest] = path;
  if (index === undefined) return node.type === "group" ? keepNodeKey(root, node) : root;
  return editChild(root, index, (child) => {
    if (rest.length === 0) return [keepNodeKey(child, node)];
    return [child.type === "group" ? replaceNodeAt(child, rest, node) : child];
  });
}

/** Edits the condition at a path. A group at the path stays as it is. */
export function editConditionAt(
  root: Filter,
  path: readonly number[],
  edit: (condition: FilterCondition) => FilterCondition,
): Filter {
  const node = filterNodeAt(root, path);
  return node?.type === "condition" ? replaceNodeAt(root, path, edit(node)) : root;
}

/** Inserts a node at a path. The node at this path and its later siblings move on. */
export function insertNodeAt(root: Filter, path: readonly number[], node: FilterNode): Filter {
  const [index, ...rest] = path;
  if (index === undefined) return root;
  if (rest.length === 0) return keepNodeKey(root, { ...root, children: root.children.toSpliced(index, 0, node) });
  return editChild(root, index, (child) => [child.type === "group" ? insertNodeAt(child, rest, node) : child]);
}

/** Removes the node at a path. */
export function removeNodeAt(root: Filter, path: readonly number[]): Filter {
  const [index, ...rest] = path;
  if (index === undefined) return root;
  if (rest.length === 0) return keepNodeKey(root, { ...root, children: root.children.toSpliced(index, 1) });
  return editChild(root, index, (child) => [child.type === "group" ? removeNodeAt(child, rest) : child]);
}

function editChild(group: FilterGroup, index: number, edit: (child: FilterNode) => FilterNode[]): FilterGroup {
  const children = group.children.flatMap((child, at) => (at === index ? edit(child) : [child]));
  return keepNodeKey(group, { ...group, children });
}

/** Inserts a copy of a node after the node. */
export function duplicateNodeAt(root: Filter, path: readonly number[]): Filter {
  const node = filterNodeAt(root, path);
  return node ? insertNodeAt(root, pathAfterNode(path), structuredClone(node)) : root;
}

/** Returns the path after a node, in the same group. */
export const pathAfterNode = (path: readonly number[]): number[] => [...path.slice(0, -1), (path.at(-1) ?? 0) + 1];

/** A filter after a move, with the new path of the moved node. */
export type FilterWithMovedNode = { filter: Filter; path: number[] };

/**
 * Moves a node to the place before another path. That path is the one before the move.
 * @returns null for a path inside the node itself
 */
export function moveNodeTo(root: Filter, from: readonly number[], to: readonly number[]): FilterWithMovedNode | null {
  const node = filterNodeAt(root, from);
  if (!node || from.length === 0 || from.every((index, depth) => to[depth] === index && to.length > from.length))
    return null;
  const removed = removeNodeAt(root, from);
  // A later sibling of the node moves up by one, and so does a path inside that sibling.
  const last = from.length - 1;
  const isInGroup = to.length > last && from.slice(0, last).every((index, depth) => to[depth] === index);
  const path = to.map((index, depth) => (isInGroup && depth === last && index > (from[last] ?? 0) ? index - 1 : index));
  return { filter: insertNodeAt(removed, path, node), path };
}

/** Moves a node one step up or down: past a condition, into a neighbouring group, or out of its own group. */
export function moveNodeStep(
  root: Filter,
  from: readonly number[],
  direction: "up" | "down",
): FilterWithMovedNode | null {
  const index = from.at(-1);
  if (index === undefined) return null;
  const parent = from.slice(0, -1);
  const group = filterNodeAt(root, parent);
  if (group?.type !== "group") return null;
  const beside = group.children[direction === "up" ? index - 1 : index + 1];
  const node = group.children[index];
  if (!beside) {
    if (parent.length === 0) return null;
    return moveNodeTo(root, from, direction === "up" ? parent : pathAfterNode(parent));
  }
  const besideAt = direction === "up" ? index - 1 : index + 1;
  if (beside.type === "group" && node?.type === "condition")
    return moveNodeTo(root, from, [...parent, besideAt, direction === "up" ? beside.children.length : 0]);
  return moveNodeTo(root, from, [...parent, direction === "up" ? besideAt : besideAt + 1]);
}

/**
 * Makes the first condition of a group. It prefers a column with known values, which needs no typing.
 * @throws Error for an event source without columns
 */
export function makeFirstCondition(source: FilterableSource): FilterCondition {
  const column = source.columns.find((candidate) => (candidate.options?.length ?? 0) > 1) ?? source.columns[0];
  if (!column) throw new Error("An event source without columns has no conditions.");
  return changeConditionOperator(
    { type: "condition", column: column.id, operator: "=" },
    column,
    usualOperator(column),
  );
}

/**
 * Changes the column of a condition. Operator and value stay if the type is the same. The key is removed, because it
 * belongs to its column.
 */
export function changeConditionColumn(
  condition: FilterCondition,
  column: FilterBuilderColumn,
  before: FilterBuilderColumn | undefined,
): FilterCondition {
  const isAllowed = before?.type === column.type && columnOperators(column).includes(condition.operator);
  const operator = isAllowed ? condition.operator : usualOperator(column);
  return changeConditionOperator({ ...omitKey(condition), column: column.id }, column, operator);
}

/** Returns the first operator of a new condition: a threshold for numbers, and "contains" for long texts. */
function usualOperator(column: FilterBuilderColumn): Operator {
  switch (column.type) {
    case "number":
    case "numberObject":
    case "datetime":
      return ">";
    case "text":
      return "contains";
    default:
      return columnOperators(column)[0] ?? "=";
  }
}

/** Changes the operator of a condition, and converts the value to the kind that the operator needs. */
export function changeConditionOperator(
  condition: FilterCondition,
  column: FilterBuilderColumn,
  operator: Operator,
): FilterCondition {
  const { value, ...rest } = keyRequirementOf(column.type, operator) === "none" ? omitKey(condition) : condition;
  const converted = convertValue(value, valueKindOf(column.type, operator));
  return { ...rest, operator, ...(converted === undefined ? {} : { value: converted }) };
}

/** Changes the key of a condition. An empty key is removed. */
export function changeConditionKey(condition: FilterCondition, key: string): FilterCondition {
  return key === "" ? omitKey(condition) : { ...condition, key };
}

/** Changes the value of a condition. An undefined value is removed. */
export function changeConditionValue(condition: FilterCondition, value: ConditionValue | undefined): FilterCondition {
  if (value !== undefined) return { ...condition, value };
  const bare = { ...condition };
  delete bare.value;
  return bare;
}

function omitKey(condition: FilterCondition): FilterCondition {
  const bare = { ...condition };
  delete bare.key;
  return bare;
}

function convertValue(value: ConditionValue | undefined, kind: ValueKind): ConditionValue | undefined {
  switch (kind) {
    case "none":
      return undefined;
    case "text":
      if (typeof value === "string") return value;
      return Array.isArray(value) ? (value[0] ?? "") : "";
    case "list":
      if (Array.isArray(value)) return value;
      return typeof value === "string" && value !== "" ? [value] : [];
    case "number":
      if (typeof value === "number") return value;
      // A filter holds a long number as text.
      return typeof value === "string" && typeof readEnteredNumber(value) === "string" ? value : undefined;
    case "datetime":
      return typeof value === "string" && value !== "" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : true;
    default:
      return kind satisfies never;
  }
}
