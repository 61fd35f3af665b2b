import type { Column } from "../../event-source/event-source";
import { compileTest, type ConditionTest } from "../condition";
import { toNumeric, type Numeric } from "../../json/numeric";
import { parseInstant } from "../instant";
import { valueKind } from "../operators";
import type { Elsewhere } from "../regex";
import type { FilterCondition } from "../schema";
import { textNeededBy } from "./regex-text";

/** What a literal looks at: a column, perhaps at a key, in the form its operator compares. */
export type Place = { column: Column<unknown>; key: string | undefined; convert: ConditionTest["convert"] };

/**
 * What is asked of a value that is there; a missing one fails every question.
 *
 * equal: it is one of the values; of a list, one of its items is. above, below: beyond the threshold, or at it where that
 * is included. test: whatever else, answered by calling `holds`.
 */
export type Question =
  | { kind: "equal"; values: readonly Equal[] }
  | { kind: "above" | "below"; threshold: Numeric; isIncluded: boolean }
  | { kind: "starts" | "ends" | "contains"; text: string }
  | { kind: "present" | "test" };
export type Equal = string | number | boolean;

/**
 * A condition in the terms of the index: a question, and whether its answer has to be yes. As a missing value fails every
 * question, a literal that wants a no takes a missing value, which is what `none of`, `does not contain` and `is null` do.
 */
export type Literal = {
  place: Place;
  question: Question;
  wanted: boolean;
  /** the question asked of one value, where the index does not answer it for all triggers at once */
  holds(value: unknown, elsewhere?: Elsewhere): boolean;
  /** the same for equal questions of the same place, wanted or not */
  id: string;
};

/** The literals that together (all of them) are a condition that is wanted to hold, or not to. */
export function literalsOf(column: Column<unknown>, condition: FilterCondition, wanted: boolean): Literal[] {
  const { operator, value, key } = condition;
  const { convert, holds } = compileTest(column, condition);
  const place = { column, key, convert };
  const isNegative = operator === "none of" || operator === "does not contain" || operator === "is null";
  const question = questionOf(column, condition);
  const literal: Literal = {
    place,
    question,
    wanted: wanted !== isNegative,
    holds: (seen, elsewhere) =>
      (holds as (value: unknown, elsewhere?: Elsewhere) => boolean)(seen, elsewhere) !== isNegative,
    id: idOf(place, question.kind === "test" ? [operator, value] : question),
  };
  if (!wanted || question.kind !== "test") return [literal];
  // What the index can answer of it: what has all of them has the first, and many expressions need some plain text.
  if (operator === "all of") return [equalTo(place, [(value as string[])[0]!], true), literal];
  const text = textNeededBy(value as string);
  return text === null ? [literal] : [containing(place, text), literal];
}

function containing(place: Place, text: string): Literal {
  const question: Question = { kind: "contains", text };
  return { place, question, wanted: true, holds: (seen) => (seen as string).includes(text), id: idOf(place, question) };
}

/** The values of an option or the items of a list are among these. */
export function equalTo(place: Place, values: readonly Equal[], wanted: boolean): Literal {
  const sorted = [...new Set(values)].sort();
  const known = new Set<unknown>(sorted);
  const question: Question = { kind: "equal", values: sorted };
  const holds = (seen: unknown): boolean =>
    Array.isArray(seen) ? seen.some((item) => known.has(item)) : known.has(seen);
  return { place, question, wanted, holds, id: idOf(place, question) };
}

/** The same for places where the same value is found. */
export function placeId({ column, key, convert }: Place): string {
  return JSON.stringify([column.id, key ?? null, formId(convert)]);
}

// There are as many as types of value. Numbered, as a bundler may give two of them one name.
const formIds = new Map<Place["convert"], number>();

function formId(convert: Place["convert"]): number {
  const known = formIds.get(convert);
  if (known !== undefined) return known;
  formIds.set(convert, formIds.size);
  return formIds.size - 1;
}

function questionOf(column: Column<unknown>, { operator, value }: FilterCondition): Question {
  switch (operator) {
    case "=": {
      const isNumber = valueKind(column.type, operator) === "number";
      return { kind: "equal", values: [isNumber ? (toNumeric(value) ?? Number.NaN) : (value as Equal)] };
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
      const isDate = valueKind(column.type, operator) === "datetime";
      const threshold = (isDate ? parseInstant(value) : toNumeric(value)) ?? Number.NaN;
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

function idOf(place: Place, question: unknown): string {
  return `${placeId(place)} ${JSON.stringify(question)}`;
}
