import type { FilterSource } from "@/domain/filter/check";
import { readNumber } from "@/domain/json/numeric";
import { columnOperators, keyUse, valueKind, type ValueKind } from "@/domain/filter/operators";
import type {
  ConditionValue,
  Filter,
  FilterCondition,
  FilterGroup,
  FilterNode,
  Operator,
} from "@/domain/filter/schema";

/** A column as the builder needs it. */
export type FilterColumn = FilterSource["columns"][number];

/** The node at a path, or null where there is none. */
export function nodeAt(root: Filter, path: readonly number[]): FilterNode | null {
  return path.reduce<FilterNode | null>(
    (node, index) => (node?.type === "group" ? (node.children[index] ?? null) : null),
    root,
  );
}

/** The filter with another node at a path. The root can only be replaced by a group. */
export function replaceAt(root: Filter, path: readonly number[], node: FilterNode): Filter {
  const [index, ...rest] = path;
  if (index === undefined) return node.type === "group" ? node : root;
  return editChild(root, index, (child) => {
    if (rest.length === 0) return [node];
    return [child.type === "group" ? replaceAt(child, rest, node) : child];
  });
}

/** The filter with a node put in at a path; what stood there and after it moves on. */
export function insertAt(root: Filter, path: readonly number[], node: FilterNode): Filter {
  const [index, ...rest] = path;
  if (index === undefined) return root;
  if (rest.length === 0) return { ...root, children: root.children.toSpliced(index, 0, node) };
  return editChild(root, index, (child) => [child.type === "group" ? insertAt(child, rest, node) : child]);
}

/** The filter without the node at a path. */
export function removeAt(root: Filter, path: readonly number[]): Filter {
  const [index, ...rest] = path;
  if (index === undefined) return root;
  if (rest.length === 0) return { ...root, children: root.children.toSpliced(index, 1) };
  return editChild(root, index, (child) => [child.type === "group" ? removeAt(child, rest) : child]);
}

function editChild(group: FilterGroup, index: number, edit: (child: FilterNode) => FilterNode[]): FilterGroup {
  return { ...group, children: group.children.flatMap((child, at) => (at === index ? edit(child) : [child])) };
}

/** A condition to start from: on the first column with known values, as those need no typing. */
export function newCondition(source: FilterSource): FilterCondition {
  const column = source.columns.find((candidate) => (candidate.options?.length ?? 0) > 1) ?? source.columns[0];
  if (!column) throw new Error("An event source without columns has no conditions.");
  return withColumn({ type: "condition", column: column.id, operator: "=" }, column);
}

/** The condition on another column. Operator and value stay where they fit; a key belongs to its column. */
export function withColumn(condition: FilterCondition, column: FilterColumn): FilterCondition {
  const allowed = columnOperators(column);
  const operator = allowed.includes(condition.operator) ? condition.operator : (allowed[0] ?? condition.operator);
  return withOperator({ ...omitKey(condition), column: column.id }, column, operator);
}

/** The condition with another operator, and its value in the form which that takes. */
export function withOperator(condition: FilterCondition, column: FilterColumn, operator: Operator): FilterCondition {
  const { value, ...rest } = keyUse(column.type, operator) === "none" ? omitKey(condition) : condition;
  const converted = convertValue(value, valueKind(column.type, operator));
  return { ...rest, operator, ...(converted === undefined ? {} : { value: converted }) };
}

/** The condition with another key; none where it is empty. */
export function withKey(condition: FilterCondition, key: string): FilterCondition {
  return key === "" ? omitKey(condition) : { ...condition, key };
}

/** The condition with another value; none where it is undefined. */
export function withValue(condition: FilterCondition, value: ConditionValue | undefined): FilterCondition {
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
      // A long number stands in a filter as a text.
      return typeof value === "string" && typeof readNumber(value) === "string" ? value : undefined;
    case "datetime":
      return typeof value === "string" && value !== "" ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : true;
    default:
      return kind satisfies never;
  }
}
