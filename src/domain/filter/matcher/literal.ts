import type { EventColumn } from "../../event-source/event-source";
import { compileConditionTest, type ConditionTest } from "../compile-condition";
import { readNumberOrNumericText } from "../../json/numeric";
import type { NumericValue } from "../../json/decimal";
import { parseInstant } from "../parse-instant";
import { getValueKind } from "../operators";
import type { RegexResultLookup } from "../regex";
import type { FilterCondition } from "../schema";
import { findTextInEveryMatch } from "./regex-text";

/**
 * The value that a literal looks at: a column, an optional key in it, and the conversion to the form that the operator
 * compares.
 */
export type FilterOperand = {
  column: EventColumn<unknown>;
  key: string | undefined;
  convert: ConditionTest["convert"];
};

/**
 * A yes-or-no question about the value of an operand. For a missing value the answer is always no. equal: the value, or
 * an item of a list, is one of `values`. above, below: the value is beyond the threshold, or at it if `isIncluded`.
 * test: any other question, which `holds` answers.
 */
export type OperandQuestion =
  | { kind: "equal"; values: readonly EqualityOperand[] }
  | { kind: "above" | "below"; threshold: NumericValue; isIncluded: boolean }
  | { kind: "starts" | "ends" | "contains"; text: string }
  | { kind: "present" | "test" };
export type EqualityOperand = string | number | boolean;

/**
 * A condition as the matcher's indexes see it: a question, and whether the answer must be yes (`wanted`). For a missing
 * value the answer is no. So a literal that wants a no accepts a missing value, as `none of`, `does not contain` and
 * `is null` do.
 */
export type FilterLiteral = {
  operand: FilterOperand;
  question: OperandQuestion;
  wanted: boolean;
  /** answers the question for one value; used if no literal index answers it for all triggers at once */
  holds(value: unknown, lookup?: RegexResultLookup): boolean;
  /** equal for literals with the same question about the same operand, whatever answer they want */
  id: string;
};

/**
 * Splits a condition into literals, which must all have their wanted answers. `wanted` is false if the condition must
 * not hold.
 */
export function splitIntoLiterals(
  column: EventColumn<unknown>,
  condition: FilterCondition,
  wanted: boolean,
): FilterLiteral[] {
  const { operator, value, key } = condition;
  const { convert, holds } = compileConditionTest(column, condition);
  const operand = { column, key, convert };
  const isNegative = operator === "none of" || operator === "does not contain" || operator === "is null";
  const question = questionOf(column, condition);
  const literal: FilterLiteral = {
    operand,
    question,
    wanted: wanted !== isNegative,
    holds: (seen, lookup) =>
      (holds as (value: unknown, lookup?: RegexResultLookup) => boolean)(seen, lookup) !== isNegative,
    id: idOf(operand, question.kind === "test" ? [operator, value] : question),
  };
  if (!wanted || question.kind !== "test") return [literal];
  // The first literal is a cheap test that every match passes. The whole condition then runs for few candidates.
  if (operator === "all of") return [makeEqualLiteral(operand, [(value as string[])[0]!], true), literal];
  const text = findTextInEveryMatch(value as string);
  return text === null ? [literal] : [containing(operand, text), literal];
}

function containing(operand: FilterOperand, text: string): FilterLiteral {
  const question: OperandQuestion = { kind: "contains", text };
  return {
    operand,
    question,
    wanted: true,
    holds: (seen) => (seen as string).includes(text),
    id: idOf(operand, question),
  };
}

/** Makes the literal "is one of these values", or "is none of these values" if `wanted` is false. */
export function makeEqualLiteral(
  operand: FilterOperand,
  values: readonly EqualityOperand[],
  wanted: boolean,
): FilterLiteral {
  const sorted = [...new Set(values)].sort();
  const known = new Set<unknown>(sorted);
  const question: OperandQuestion = { kind: "equal", values: sorted };
  const holds = (seen: unknown): boolean =>
    Array.isArray(seen) ? seen.some((item) => known.has(item)) : known.has(seen);
  return { operand, question, wanted, holds, id: idOf(operand, question) };
}

/** Returns an id of an operand. Operands that always have the same value have the same id. */
export function makeFilterOperandId({ column, key, convert }: FilterOperand): string {
  return JSON.stringify([column.id, key ?? null, formId(convert)]);
}

/**
 * The number of each conversion, for ids of operands. Names of functions do not serve, because a bundler may give two
 * functions one name.
 */
const formIds = new Map<FilterOperand["convert"], number>();

function formId(convert: FilterOperand["convert"]): number {
  const known = formIds.get(convert);
  if (known !== undefined) return known;
  formIds.set(convert, formIds.size);
  return formIds.size - 1;
}

function questionOf(column: EventColumn<unknown>, { operator, value }: FilterCondition): OperandQuestion {
  switch (operator) {
    case "=": {
      const isNumber = getValueKind(column.type, operator) === "number";
      return {
        kind: "equal",
        values: [isNumber ? (readNumberOrNumericText(value) ?? Number.NaN) : (value as EqualityOperand)],
      };
    }
    case "<>":
      return { kind: "equal", values: [value !== true] };
    case "any of":
    case "none of":
      return { kind: "equal", values: [...new Set(value as string[])].sort() };
    case "all of":
      return new Set(value as string[]).size === 1
        ? { kind: "equal", values: [(value as string[])[0]!] }
        : { kind: "test" };
    case ">":
    case ">=":
    case "<":
    case "<=": {
      const isDate = getValueKind(column.type, operator) === "datetime";
      const threshold = (isDate ? parseInstant(value) : readNumberOrNumericText(value)) ?? Number.NaN;
      return { kind: operator.startsWith(">") ? "above" : "below", threshold, isIncluded: operator.endsWith("=") };
    }
    case "starts with":
      return { kind: "starts", text: value as string };
    case "ends with":
      return { kind: "ends", text: value as string };
    case "contains":
    case "does not contain":
      return { kind: "contains", text: value as string };
    case "is null":
    case "is not null":
      return { kind: "present" };
    case "matches":
      return { kind: "test" };
    default:
      return operator satisfies never;
  }
}

function idOf(operand: FilterOperand, question: unknown): string {
  return `${makeFilterOperandId(operand)} ${JSON.stringify(question)}`;
}
