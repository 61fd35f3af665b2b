import type { EventColumn } from "../event-source/event-source";
import { readNumberOrNumericText } from "../json/numeric";
import { compareNumeric, type NumericValue } from "../json/decimal";
import { compileKeyReader, convertFieldToText, parseJsonField } from "./field-text";
import { parseInstant } from "./parse-instant";
import { doesOperatorHoldForMissingValue, getValueKind } from "./operators";
import { testRegex, type RegexResultLookup } from "./regex";
import type { ColumnType, FilterCondition, Operator } from "./schema";

/** A condition that is ready to run. `state` is the parsed payload of the event source. */
export type CompiledCondition = {
  /** @param lookup returns the results of long regular expressions */
  holds(state: unknown, lookup?: RegexResultLookup): boolean;
  /**
   * returns the value that the condition looks at, null if it is missing; `truncated` if a text was longer than 64 KiB
   */
  read(state: unknown): { seen: unknown; truncated: boolean };
  /** says where the value comes from, if the sender did not give it; otherwise null */
  note(state: unknown): string | null;
};

/**
 * The test of a condition in two steps: conversion and comparison. Many conditions of one column can share the
 * conversion.
 */
export type ConditionTest = {
  /**
   * converts a value to the form that the operator compares; null if the value is missing. Conditions that convert
   * alike have the same function object
   */
  convert: (raw: unknown) => unknown;
  /**
   * tells whether the condition holds for a converted value; for a missing value `doesOperatorHoldForMissingValue`
   * decides
   */
  holds(value: never, lookup?: RegexResultLookup): boolean;
};

/** Compiles a condition. `checkFilter` must have found no problem in it. */
export function compileCondition(column: EventColumn<unknown>, condition: FilterCondition): CompiledCondition {
  const { operator, key } = condition;
  const atKey = key === undefined ? null : compileKeyReader(key);
  const raw = (state: unknown): unknown => (atKey ? atKey(openColumn(column, state)) : column.read(state));
  const { convert, holds } = compileConditionTest(column, condition);
  const compare = holds as (value: unknown, lookup?: RegexResultLookup) => boolean;
  const onMissing = doesOperatorHoldForMissingValue(operator);
  const isText = getValueKind(column.type, operator) === "text";
  return {
    holds: (state, lookup) => {
      const value = convert(raw(state));
      return value === null ? onMissing : compare(value, lookup);
    },
    read: (state) => {
      const value = raw(state);
      const text = isText ? convertFieldToText(value) : null;
      return text ? { seen: text.text, truncated: text.truncated } : { seen: value ?? null, truncated: false };
    },
    note: (state) => column.note?.(state) ?? null,
  };
}

const openedColumns = new WeakMap<object, Map<string, unknown>>();

/**
 * Returns the value that the keys of a column look into. JSON in a text is parsed once for all conditions on a state.
 */
function openColumn(column: EventColumn<unknown>, state: unknown): unknown {
  const value = column.read(state);
  if (typeof value !== "string" || typeof state !== "object" || state === null) return parseJsonField(value);
  const ofState = openedColumns.get(state) ?? new Map<string, unknown>();
  openedColumns.set(state, ofState);
  if (!ofState.has(column.id)) ofState.set(column.id, parseJsonField(value));
  return ofState.get(column.id);
}

/** Compiles the test of a condition. `checkFilter` must have found no problem in the condition. */
export function compileConditionTest(column: EventColumn<unknown>, condition: FilterCondition): ConditionTest {
  const { operator, value } = condition;
  const kind = getValueKind(column.type, operator);
  switch (kind) {
    case "none":
      return { convert: presence(column.type), holds: () => operator === "is not null" };
    case "text":
      return { convert: toText, holds: textTest(operator, value as string) };
    case "number":
      return {
        convert: readNumberOrNumericText,
        holds: comparison(operator, readNumberOrNumericText(value) ?? Number.NaN),
      };
    case "datetime":
      return { convert: parseInstant, holds: comparison(operator, parseInstant(value) ?? Number.NaN) };
    case "boolean":
      return { convert: toBoolean, holds: (seen: boolean) => (seen === value) === (operator === "=") };
    case "list":
      return column.type === "arrayOptions"
        ? { convert: toList, holds: listTest(operator, value as string[]) }
        : { convert: toOption, holds: optionTest(operator, value as string[]) };
    default:
      return kind satisfies never;
  }
}

function textTest(operator: Operator, value: string): (seen: string, lookup?: RegexResultLookup) => boolean {
  switch (operator) {
    case "=":
      return (seen) => seen === value;
    case "contains":
      return (seen) => seen.includes(value);
    case "does not contain":
      return (seen) => !seen.includes(value);
    case "starts with":
      return (seen) => seen.startsWith(value);
    case "ends with":
      return (seen) => seen.endsWith(value);
    case "matches":
      return (seen, lookup) => testRegex(value, seen, lookup);
    default:
      throw new Error(`"${operator}" is no operator of text.`);
  }
}

function comparison(operator: Operator, value: NumericValue): (seen: NumericValue) => boolean {
  switch (operator) {
    case "=":
      return (seen) => seen === value;
    case ">":
      return (seen) => compareNumeric(seen, value) > 0;
    case "<":
      return (seen) => compareNumeric(seen, value) < 0;
    case ">=":
      return (seen) => compareNumeric(seen, value) >= 0;
    case "<=":
      return (seen) => compareNumeric(seen, value) <= 0;
    default:
      throw new Error(`"${operator}" is no comparison.`);
  }
}

function optionTest(operator: Operator, values: string[]): (seen: string) => boolean {
  const wanted = new Set(values);
  return operator === "any of" ? (seen) => wanted.has(seen) : (seen) => !wanted.has(seen);
}

const isSubset = (values: readonly string[], of: ReadonlySet<string>): boolean =>
  values.every((value) => of.has(value));

function listTest(operator: Operator, values: string[]): (seen: string[]) => boolean {
  // An event may have 400,000 tags, so that a search of the list for each value would take seconds.
  if (operator === "all of") return (seen) => isSubset(values, new Set(seen));
  const wanted = new Set(values);
  return operator === "any of"
    ? (seen) => seen.some((item) => wanted.has(item))
    : (seen) => !seen.some((item) => wanted.has(item));
}

/**
 * Returns the conversion for `is null` and `is not null`. A value that no other condition of the column can use counts
 * as missing.
 */
function presence(type: ColumnType): (raw: unknown) => unknown {
  switch (type) {
    case "number":
    case "numberObject":
      return readNumberOrNumericText;
    case "datetime":
      return parseInstant;
    case "boolean":
      return toBoolean;
    case "stringOptions":
      return toOption;
    case "arrayOptions":
      return toList;
    case "string":
    case "stringObject":
    case "text":
      return toAnything;
    default:
      return type satisfies never;
  }
}

function toAnything(raw: unknown): unknown {
  return raw ?? null;
}

function toText(raw: unknown): string | null {
  return convertFieldToText(raw)?.text ?? null;
}

function toBoolean(raw: unknown): boolean | null {
  return typeof raw === "boolean" ? raw : null;
}

function toOption(raw: unknown): string | null {
  return typeof raw === "string" ? raw : null;
}

function toList(raw: unknown): string[] | null {
  return Array.isArray(raw) ? raw.filter((item): item is string => typeof item === "string") : null;
}
