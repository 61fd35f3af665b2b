import type { FilterableSource } from "@/domain/filter/check-filter";
import { keepNodeKey } from "./node-key";
import { readEnteredNumber } from "@/domain/json/numeric";
import { listOperatorsOfColumn, getKeyRequirement, getValueKind, type ValueKind } from "@/domain/filter/operators";
import type {
  ConditionValue,
  Filter,
  FilterCondition,
  FilterGroup,
  FilterNode,
  Operator,
} from "@/domain/filter/schema";

/** A column that the filter builder offers. */
export type FilterBuilderColumn = FilterableSource["columns"][number];

/** Returns the condition or group at a path; null if the path leads nowhere. */
export function findFilterNodeAt(root: Filter, path: readonly number[]): FilterNode | null {
  return path.reduce<FilterNode | null>(
    (node, index) => (node?.type === "group" ? (node.children[index] ?? null) : null),
    root,
  );
}

/** Returns a copy of the filter with another node at a path. Only a group can replace the root. */
export function replaceNodeAt(root: Filter, path: readonly number[], node: FilterNode): Filter {
  const [index, ...rest] = path;
  if (index === undefined) return node.type === "group" ? keepNodeKey(root, node) : root;
  return editChild(root, index, (child) => {
    if (rest.length === 0) return [keepNodeKey(child, node)];
    return [child.type === "group" ? replaceNodeAt(child, rest, node) : child];
  });
}

/** Returns a copy of the filter with the condition at a path edited. A group at the path stays unchanged. */
export function editConditionAt(
  root: Filter,
  path: readonly number[],
  edit: (condition: FilterCondition) => FilterCondition,
): Filter {
  const node = findFilterNodeAt(root, path);
  return node?.type === "condition" ? replaceNodeAt(root, path, edit(node)) : root;
}

/**
 * Returns a copy of the filter with a node inserted at a path. The node at that path and its later siblings move back
 * by one. For the root it returns the filter unchanged.
 */
export function insertNodeAt(root: Filter, path: readonly number[], node: FilterNode): Filter {
  const [index, ...rest] = path;
  if (index === undefined) return root;
  if (rest.length === 0) return keepNodeKey(root, { ...root, children: root.children.toSpliced(index, 0, node) });
  return editChild(root, index, (child) => [child.type === "group" ? insertNodeAt(child, rest, node) : child]);
}

/** Returns a copy of the filter without the node at a path. For the root it returns the filter unchanged. */
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

/** Returns a copy of the filter with the node at a path doubled. The double follows the node. */
export function duplicateNodeAt(root: Filter, path: readonly number[]): Filter {
  const node = findFilterNodeAt(root, path);
  return node ? insertNodeAt(root, makePathAfterNode(path), structuredClone(node)) : root;
}

/** Returns the path directly after a node, in the same group. */
export const makePathAfterNode = (path: readonly number[]): number[] => [...path.slice(0, -1), (path.at(-1) ?? 0) + 1];

/** The result of moving a node: the new filter, and the path of the node in it. */
export type FilterWithMovedNode = { filter: Filter; path: number[] };

/**
 * Moves the node at `from` so that it precedes the node at `to`. Both paths are those before the move.
 * @returns null if `to` is inside the moved node, or if `from` is the root or leads to no node
 */
export function moveNodeTo(root: Filter, from: readonly number[], to: readonly number[]): FilterWithMovedNode | null {
  const node = findFilterNodeAt(root, from);
  if (!node || from.length === 0 || from.every((index, depth) => to[depth] === index && to.length > from.length))
    return null;
  const removed = removeNodeAt(root, from);
  // The removal of the node shifts its later siblings up by one, so a path through such a sibling shifts too.
  const last = from.length - 1;
  const isInGroup = to.length > last && from.slice(0, last).every((index, depth) => to[depth] === index);
  const path = to.map((index, depth) => (isInGroup && depth === last && index > (from[last] ?? 0) ? index - 1 : index));
  return { filter: insertNodeAt(removed, path, node), path };
}

/**
 * Moves a node one step up or down: past a neighbour, into a neighbouring group (conditions only), or out of its own
 * group.
 * @returns null for the root, and if the root group has nothing above the node (`up`) or below it (`down`)
 */
export function moveNodeStep(
  root: Filter,
  from: readonly number[],
  direction: "up" | "down",
): FilterWithMovedNode | null {
  const index = from.at(-1);
  if (index === undefined) return null;
  const parent = from.slice(0, -1);
  const group = findFilterNodeAt(root, parent);
  if (group?.type !== "group") return null;
  const beside = group.children[direction === "up" ? index - 1 : index + 1];
  const node = group.children[index];
  if (!beside) {
    if (parent.length === 0) return null;
    return moveNodeTo(root, from, direction === "up" ? parent : makePathAfterNode(parent));
  }
  const besideAt = direction === "up" ? index - 1 : index + 1;
  if (beside.type === "group" && node?.type === "condition")
    return moveNodeTo(root, from, [...parent, besideAt, direction === "up" ? beside.children.length : 0]);
  return moveNodeTo(root, from, [...parent, direction === "up" ? besideAt : besideAt + 1]);
}

/**
 * Makes the condition with which a new row starts. It prefers a column with a fixed list of values, which needs no
 * typing.
 * @throws Error for an event source without columns
 */
export function makeNewCondition(source: FilterableSource): FilterCondition {
  const column = source.columns.find((candidate) => (candidate.options?.length ?? 0) > 1) ?? source.columns[0];
  if (!column) throw new Error("An event source without columns has no conditions.");
  return changeConditionOperator(
    { type: "condition", column: column.id, operator: "=" },
    column,
    usualOperator(column),
  );
}

/**
 * Changes the column of a condition. The operator stays if both columns have the same type and the new column has the
 * operator. The value is converted to the type that the operator needs. The key is removed, because keys belong to one
 * column.
 */
export function changeConditionColumn(
  condition: FilterCondition,
  column: FilterBuilderColumn,
  before: FilterBuilderColumn | undefined,
): FilterCondition {
  const isAllowed = before?.type === column.type && listOperatorsOfColumn(column).includes(condition.operator);
  const operator = isAllowed ? condition.operator : usualOperator(column);
  return changeConditionOperator({ ...omitKey(condition), column: column.id }, column, operator);
}

/**
 * Returns the operator with which a new condition on a column starts, such as a threshold for numbers and "contains"
 * for long texts.
 */
function usualOperator(column: FilterBuilderColumn): Operator {
  switch (column.type) {
    case "number":
    case "numberObject":
    case "datetime":
      return ">";
    case "text":
      return "contains";
    default:
      return listOperatorsOfColumn(column)[0] ?? "=";
  }
}

/**
 * Changes the operator of a condition, and converts the value to the type that the new operator needs. A key is removed
 * if the operator takes none.
 */
export function changeConditionOperator(
  condition: FilterCondition,
  column: FilterBuilderColumn,
  operator: Operator,
): FilterCondition {
  const { value, ...rest } = getKeyRequirement(column.type, operator) === "none" ? omitKey(condition) : condition;
  const converted = convertValue(value, getValueKind(column.type, operator));
  return { ...rest, operator, ...(converted === undefined ? {} : { value: converted }) };
}

/** Changes the key of a condition. An empty text removes the key. */
export function changeConditionKey(condition: FilterCondition, key: string): FilterCondition {
  return key === "" ? omitKey(condition) : { ...condition, key };
}

/** Changes the value of a condition. Undefined removes the value. */
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
      // A filter stores a number as text if the number has more digits than a JavaScript number can keep.
      return typeof value === "string" && typeof readEnteredNumber(value) === "string" ? value : undefined;
    case "datetime":
      return typeof value === "string" && value !== "" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : true;
    default:
      return kind satisfies never;
  }
}
