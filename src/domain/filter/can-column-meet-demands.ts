import type { EventColumn } from "../event-source/event-source";
import { readNumberOrNumericText } from "../json/numeric";
import { compareNumeric, toNearestNumber, type NumericValue } from "../json/decimal";
import { compileCondition } from "./compile-condition";
import { parseInstant } from "./parse-instant";
import { doesOperatorHoldForMissingValue, getValueKind } from "./operators";
import type { FilterCondition, Operator } from "./schema";

/** A condition, and whether it must hold (`wanted`) or must not hold. */
export type ConditionWithWantedResult = { condition: FilterCondition; wanted: boolean };

/**
 * Tells whether some value of one column may meet all demands, at all keys. False is a proof that no value does. True
 * may be wrong, because two regular expressions, for instance, are not compared.
 * @param demands all demands on this column; `checkFilter` must have found no problem in their conditions
 */
export function canColumnMeetDemands(
  column: EventColumn<unknown>,
  demands: readonly ConditionWithWantedResult[],
): boolean {
  const byKey = new Map<string | undefined, ConditionWithWantedResult[]>();
  for (const demand of demands) {
    const own = byKey.get(demand.condition.key);
    if (own) own.push(demand);
    else byKey.set(demand.condition.key, [demand]);
  }
  // If the object itself must be missing, it has no value at any key.
  const isGone = (byKey.get(undefined) ?? []).some(needsMissing);
  return [...byKey].every(([key, own]) => {
    const canBeMissing = (column.nullable || key !== undefined) && own.every(allowsMissing);
    return canBeMissing || (!isGone && !own.some(needsMissing) && isPossibleHere(column, own));
  });
}

const allowsMissing = ({ condition, wanted }: ConditionWithWantedResult): boolean =>
  doesOperatorHoldForMissingValue(condition.operator) === wanted;
const needsMissing = ({ condition, wanted }: ConditionWithWantedResult): boolean =>
  condition.operator === (wanted ? "is null" : "is not null");

/** Tells whether some value at one key of the column may meet all demands, see `canColumnMeetDemands`. */
function isPossibleHere(column: EventColumn<unknown>, demands: readonly ConditionWithWantedResult[]): boolean {
  switch (column.type) {
    case "boolean":
      return someFits(column, demands, [true, false]);
    case "number":
    case "numberObject":
      return isNumberPossible(demands, readNumberOrNumericText, null);
    case "datetime":
      // Instants are whole milliseconds, so the step is 1.
      return isNumberPossible(demands, parseInstant, 1);
    case "arrayOptions":
      return isListPossible(demands);
    case "string":
    case "stringOptions":
    case "stringObject":
    case "text":
      return isTextPossible(column, demands);
    default:
      return column.type satisfies never;
  }
}

/** Tells whether one of the given values meets all demands. @param values all values that may meet them */
function someFits(
  column: EventColumn<unknown>,
  demands: readonly ConditionWithWantedResult[],
  values: readonly unknown[],
): boolean {
  const tests = demands.map(({ condition, wanted }) => ({ holds: testOf(column, condition), wanted }));
  return values.some((value) => tests.every(({ holds, wanted }) => holds(value) === wanted));
}

type ValueTest = (value: unknown) => boolean;

// Compiled conditions are cached, because a search repeats them and a regular expression takes up to 50 ms to compile.
const testsOf = new WeakMap<EventColumn<unknown>, WeakMap<FilterCondition, ValueTest>>();

/**
 * Returns a function that tells whether a condition holds for a value. It is compiled once for each column and
 * condition.
 */
function testOf(column: EventColumn<unknown>, condition: FilterCondition): ValueTest {
  const ofColumn = testsOf.get(column) ?? new WeakMap<FilterCondition, ValueTest>();
  testsOf.set(column, ofColumn);
  const known = ofColumn.get(condition);
  if (known) return known;
  const { key: _key, ...atValue } = condition;
  const made = compileCondition({ ...column, read: (value) => value }, atValue).holds;
  ofColumn.set(condition, made);
  return made;
}

const opposite: Partial<Record<Operator, Operator>> = { ">": "<=", "<": ">=", ">=": "<", "<=": ">" };

/**
 * Tells whether some number or instant meets all demands.
 * @param step the distance between neighbouring values; null if there is always a value between two others
 */
function isNumberPossible(
  demands: readonly ConditionWithWantedResult[],
  read: (value: unknown) => NumericValue | null,
  step: 1 | null,
): boolean {
  let low: NumericValue = Number.NEGATIVE_INFINITY;
  let high: NumericValue = Number.POSITIVE_INFINITY;
  let [isLowOut, isHighOut] = [false, false];
  const excluded = new Set<NumericValue>();
  const atLeast = (value: NumericValue, isOut: boolean): void => {
    if (isLess(value, low)) return;
    [low, isLowOut] = [value, isOut || (value === low && isLowOut)];
  };
  const atMost = (value: NumericValue, isOut: boolean): void => {
    if (isLess(high, value)) return;
    [high, isHighOut] = [value, isOut || (value === high && isHighOut)];
  };
  const beside = (value: NumericValue, steps: 1 | -1): NumericValue =>
    step === null ? value : toNearestNumber(value) + steps * step;
  for (const { condition, wanted } of demands) {
    const operator = wanted ? condition.operator : (opposite[condition.operator] ?? condition.operator);
    const value = read(condition.value) ?? Number.NaN;
    if (operator === ">") atLeast(beside(value, 1), step === null);
    else if (operator === ">=") atLeast(value, false);
    else if (operator === "<") atMost(beside(value, -1), step === null);
    else if (operator === "<=") atMost(value, false);
    else if (operator === "=" && !wanted) excluded.add(value);
    else if (operator === "=") {
      atLeast(value, false);
      atMost(value, false);
    }
  }
  if (isLess(low, high)) return true;
  return low === high && !isLowOut && !isHighOut && !excluded.has(low);
}

const isLess = (left: NumericValue, right: NumericValue): boolean => compareNumeric(left, right) < 0;

function isListPossible(demands: readonly ConditionWithWantedResult[]): boolean {
  const required = new Set<string>();
  const forbidden = new Set<string>();
  const anyOf: string[][] = [];
  const notAllOf: string[][] = [];
  for (const { condition, wanted } of demands) {
    if (!Array.isArray(condition.value)) continue;
    const values = condition.value;
    const asksAny = (condition.operator === "any of") === wanted;
    if (condition.operator === "all of" && !wanted) notAllOf.push(values);
    else if (condition.operator === "all of") values.forEach((value) => required.add(value));
    else if (!asksAny) values.forEach((value) => forbidden.add(value));
    else if (values.length === 1) values.forEach((value) => required.add(value));
    else anyOf.push(values);
  }
  return (
    [...required].every((value) => !forbidden.has(value)) &&
    anyOf.every((values) => values.some((value) => !forbidden.has(value))) &&
    notAllOf.every((values) => values.some((value) => !required.has(value)))
  );
}

function isTextPossible(column: EventColumn<unknown>, demands: readonly ConditionWithWantedResult[]): boolean {
  const values = knownTexts(column, demands);
  if (values) return someFits(column, demands, values);
  const numbers = demands.filter(({ condition }) => getValueKind(column.type, condition.operator) === "number");
  // Demands on numbers count only if one of them must hold. Otherwise any text that is no number meets them.
  if (numbers.some(({ wanted }) => wanted) && !isNumberPossible(numbers, readNumberOrNumericText, null)) return false;
  return areTextsPossible(demands);
}

/** Lists all texts that the column can have; null if neither a demand nor the column limits them. */
function knownTexts(
  column: EventColumn<unknown>,
  demands: readonly ConditionWithWantedResult[],
): readonly string[] | null {
  if (column.isClosed && column.options) return column.options;
  for (const { condition, wanted } of demands) {
    const { operator, value } = condition;
    if (Array.isArray(value) && operator === (wanted ? "any of" : "none of")) return value;
    if (wanted && operator === "=" && typeof value === "string") return [value];
  }
  return null;
}

/**
 * Tells whether a text may meet all demands, if the column can hold any text. It compares the parts that the text must
 * have with the parts that it must not have. Of expressions it only knows that a text cannot both match and not match
 * the same one.
 */
function areTextsPossible(demands: readonly ConditionWithWantedResult[]): boolean {
  const valuesOf = (operator: Operator, wanted: boolean): string[] =>
    demands
      .filter((one) => one.condition.operator === operator && one.wanted === wanted)
      .map(({ condition }) => String(condition.value));
  const starts = valuesOf("starts with", true);
  const ends = valuesOf("ends with", true);
  const parts = [...starts, ...ends, ...valuesOf("contains", true), ...valuesOf("does not contain", false)];
  const banned = [...valuesOf("does not contain", true), ...valuesOf("contains", false)];
  const patterns = valuesOf("matches", true);
  return (
    areNested(starts, (long, short) => long.startsWith(short)) &&
    areNested(ends, (long, short) => long.endsWith(short)) &&
    !parts.some((part) => banned.some((text) => part.includes(text))) &&
    !valuesOf("starts with", false).some((text) => starts.some((start) => start.startsWith(text))) &&
    !valuesOf("ends with", false).some((text) => ends.some((end) => end.endsWith(text))) &&
    !valuesOf("matches", false).some((pattern) => patterns.includes(pattern))
  );
}

function areNested(texts: string[], holds: (long: string, short: string) => boolean): boolean {
  const longest = texts.reduce((left, right) => (right.length > left.length ? right : left), "");
  return texts.every((text) => holds(longest, text));
}
