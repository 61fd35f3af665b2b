import type { ColumnType, Operator } from "./schema";

const text: readonly Operator[] = ["=", "contains", "does not contain", "starts with", "ends with", "matches"];
const comparison: readonly Operator[] = [">", "<", ">=", "<="];
const nullness: readonly Operator[] = ["is null", "is not null"];

const byType: Record<ColumnType, readonly Operator[]> = {
  string: text,
  text,
  number: ["=", ...comparison],
  datetime: comparison,
  boolean: ["=", "<>"],
  stringOptions: ["any of", "none of"],
  arrayOptions: ["any of", "none of", "all of"],
  // Values of metadata and modelParameters can be numbers, such as a temperature, so comparisons are allowed too.
  stringObject: [...text, ...comparison],
  numberObject: ["=", ...comparison],
};
type OperatorColumn = { type: ColumnType; nullable: boolean; freeText?: boolean };

/**
 * Lists the operators of a column: those of its type. An option column with free text (name, model …) also takes the
 * operators of text. A column whose value may be missing also takes `is null` and `is not null`.
 */
export function listOperatorsOfColumn(column: OperatorColumn): Operator[] {
  const own = byType[column.type];
  const more = column.freeText ? text.filter((operator) => !own.includes(operator)) : [];
  return [...own, ...more, ...(column.nullable ? nullness : [])];
}

/**
 * The kind of value that a condition compares with. none: no value. text: a string. number: a finite number, or the
 * text of one that a JavaScript number would round. datetime: an ISO 8601 string. boolean: true or false. list: a list
 * of strings that is not empty.
 */
export type ValueKind = "none" | "text" | "number" | "datetime" | "boolean" | "list";

export function getValueKind(type: ColumnType, operator: Operator): ValueKind {
  switch (operator) {
    case "is null":
    case "is not null":
      return "none";
    case "any of":
    case "none of":
    case "all of":
      return "list";
    case "contains":
    case "does not contain":
    case "starts with":
    case "ends with":
    case "matches":
      return "text";
    case "<>":
      return "boolean";
    case ">":
    case "<":
    case ">=":
    case "<=":
      return type === "datetime" ? "datetime" : "number";
    case "=":
      return equalsKind(type);
    default:
      return operator satisfies never;
  }
}

function equalsKind(type: ColumnType): ValueKind {
  if (type === "number" || type === "numberObject") return "number";
  if (type === "boolean") return "boolean";
  return type === "datetime" ? "datetime" : "text";
}

/** Tells whether a condition on a column of this type needs a key, may have one, or must have none. */
export function getKeyRequirement(type: ColumnType, operator: Operator): "none" | "optional" | "required" {
  if (type === "numberObject") return "required";
  if (type === "text") return "optional";
  if (type !== "stringObject") return "none";
  // A whole object counts as text but not as a number, so a comparison of numbers needs a key.
  return getValueKind(type, operator) === "number" ? "required" : "optional";
}

/** Tells whether a condition with this operator holds for a missing value. Only three operators do. */
export function doesOperatorHoldForMissingValue(operator: Operator): boolean {
  return operator === "is null" || operator === "none of" || operator === "does not contain";
}

const plainWords: Record<Operator, string> = {
  "=": "is",
  "<>": "is not",
  ">": "is greater than",
  "<": "is less than",
  ">=": "is at least",
  "<=": "is at most",
  contains: "contains",
  "does not contain": "does not contain",
  "starts with": "starts with",
  "ends with": "ends with",
  matches: "matches",
  "any of": "is any of",
  "none of": "is none of",
  "all of": "is all of",
  "is null": "has no value",
  "is not null": "has a value",
};

const datetimeWords: Partial<Record<Operator, string>> = {
  ">": "is after",
  "<": "is before",
  ">=": "is at or after",
  "<=": "is at or before",
};

const arrayWords: Partial<Record<Operator, string>> = {
  "any of": "contains any of",
  "none of": "contains none of",
  "all of": "contains all of",
};

/** Returns the words of an operator, which stand between a column and a value: `is at least`, `is before`. */
export function getOperatorLabel(type: ColumnType | null, operator: Operator): string {
  const special = type === "datetime" ? datetimeWords : type === "arrayOptions" ? arrayWords : {};
  return special[operator] ?? plainWords[operator];
}
