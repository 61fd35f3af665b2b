import type { EventColumn } from "../../event-source/event-source";
import { compileConditionTest, type TwoStepCondition } from "../compile-condition";
import { numericFromJson } from "../../json/numeric";
import type { NumericValue } from "../../json/decimal";
import { parseInstant } from "../parse-instant";
import { valueKindOf } from "../operators";
import type { RegexLookup } from "../regex";
import type { FilterCondition } from "../schema";
import { textInEveryMatch } from "./regex-text";

/** The place that a literal looks at: a column, an optional key in it, and the form that the operator compares. */
export type FilterPlace = {
  column: EventColumn<unknown>;
  key: string | undefined;
  convert: TwoStepCondition["convert"];
};

/**
 * A question about a present value. For a missing value the answer to every question is no. equal: the value, or an
 * item of a list, is one of the values. above, below: the value is beyond the threshold, or at it if `isIncluded`.
 * test: any other question, which `holds` answers.
 */
export type PlaceQuestion =
  | { kind: "equal"; values: readonly EqualityValue[] }
  | { kind: "above" | "below"; threshold: NumericValue; isIncluded: boolean }
  | { kind: "starts" | "ends" | "contains"; text: string }
  | { kind: "present" | "test" };
export type EqualityValue = string | number | boolean;

/**
 * A condition in the terms of the index: a question, and whether the answer must be yes. For a missing value the answer
 * is no. So a literal that wants a no accepts a missing value, as `none of`, `does not contain` and `is null` do.
 */
export type FilterLiteral = {
  place: FilterPlace;
  question: PlaceQuestion;
  wanted: boolean;
  /** answers the question for one value, where the index does not answer it for all triggers at once */
  holds(value: unknown, lookup?: RegexLookup): boolean;
  /** equal for literals with the same question about the same place, whatever answer they want */
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
  const place = { column, key, convert };
  const isNegative = operator === "none of" || operator === "does not contain" || operator === "is null";
  const question = questionOf(column, condition);
  const literal: FilterLiteral = {
    place,
    question,
    wanted: wanted !== isNegative,
    holds: (seen, lookup) => (holds as (value: unknown, lookup?: RegexLookup) => boolean)(seen, lookup) !== isNegative,
    id: idOf(place, question.kind === "test" ? [operator, value] : question),
  };
  if (!wanted || question.kind !== "test") return [literal];
  // For `all of` and `matches` the index tests one necessary part: the first value, or a text that every match has.
  // The second literal, which evaluates the whole condition, then runs only for candidates that passed this test.
  if (operator === "all of") return [equalLiteral(place, [(value as string[])[0]!], true), literal];
  const text = textInEveryMatch(value as string);
  return text === null ? [literal] : [containing(place, text), literal];
}

function containing(place: FilterPlace, text: string): FilterLiteral {
  const question: PlaceQuestion = { kind: "contains", text };
  return { place, question, wanted: true, holds: (seen) => (seen as string).includes(text), id: idOf(place, question) };
}

/** Makes the literal "is one of these values". */
export function equalLiteral(place: FilterPlace, values: readonly EqualityValue[], wanted: boolean): FilterLiteral {
  const sorted = [...new Set(values)].sort();
  const known = new Set<unknown>(sorted);
  const question: PlaceQuestion = { kind: "equal", values: sorted };
  const holds = (seen: unknown): boolean =>
    Array.isArray(seen) ? seen.some((item) => known.has(item)) : known.has(seen);
  return { place, question, wanted, holds, id: idOf(place, question) };
}

/** Returns an id of a place. Places with the same value have the same id. */
export function filterPlaceId({ column, key, convert }: FilterPlace): string {
  return JSON.stringify([column.id, key ?? null, formId(convert)]);
}

// A number for each conversion. The names of functions do not serve, because a bundler may give two functions one name.
const formIds = new Map<FilterPlace["convert"], number>();

function formId(convert: FilterPlace["convert"]): number {
  const known = formIds.get(convert);
  if (known !== undefined) return known;
  formIds.set(convert, formIds.size);
  return formIds.size - 1;
}

function questionOf(column: EventColumn<unknown>, { operator, value }: FilterCondition): PlaceQuestion {
  switch (operator) {
    case "=": {
      const isNumber = valueKindOf(column.type, operator) === "number";
      return { kind: "equal", values: [isNumber ? (numericFromJson(value) ?? Number.NaN) : (value as EqualityValue)] };
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
      const isDate = valueKindOf(column.type, operator) === "datetime";
      const threshold = (isDate ? parseInstant(value) : numericFromJson(value)) ?? Number.NaN;
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

function idOf(place: FilterPlace, question: unknown): string {
  return `${filterPlaceId(place)} ${JSON.stringify(question)}`;
}
