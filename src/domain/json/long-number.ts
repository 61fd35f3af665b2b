import { compareNumeric, toNumberNormalForm, type NumericValue } from "./decimal";

/**
 * Converts a JavaScript number or a LongNumber to the form that filters compare. Null for anything else, and beyond the
 * range of a double.
 */
export function readNumericValue(value: unknown): NumericValue | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return value instanceof LongNumber && Number.isFinite(value.valueOf()) ? toNumberNormalForm(value.digits) : null;
}

/**
 * A JSON number that JavaScript would round: most integers beyond 2^53, a decimal with more digits than a double keeps,
 * or a number out of range (`1e400`). Parsed JSON holds a LongNumber in its place.
 */
export class LongNumber {
  /** @param digits the number as it was written in JSON */
  constructor(readonly digits: string) {
    made.count += 1;
  }

  /** Returns the nearest JavaScript number, for arithmetic. Beyond the range it returns infinity. */
  valueOf(): number {
    return Number(this.digits);
  }

  toString(): string {
    return this.digits;
  }

  // Liquid calls these methods to compare values, in its operators and in filters such as `where`.
  equals(other: unknown): boolean {
    return this.#order(other) === 0;
  }
  gt(other: unknown): boolean {
    return this.#order(other) > 0;
  }
  geq(other: unknown): boolean {
    return this.#order(other) >= 0;
  }
  lt(other: unknown): boolean {
    return this.#order(other) < 0;
  }
  leq(other: unknown): boolean {
    return this.#order(other) <= 0;
  }

  #order(other: unknown): number {
    const [left, right] = [readNumericValue(this), readNumericValue(other)];
    return left === null || right === null ? Number.NaN : compareNumeric(left, right);
  }

  /** Returns the digits as text, so that a plain JSON.stringify loses none. */
  toJSON(): string {
    seen.count += 1;
    return this.digits;
  }
}

const seen = { count: 0 };
const made = { count: 0 };

/**
 * Returns how many LongNumber objects this process has made. If the count stays the same over some work, the work made
 * none.
 */
export const countLongNumbersMade = (): number => made.count;

/** The most spaces that JSON.stringify writes for a level. */
const SPACE_MAX = 10;

/**
 * Writes a parsed value as JSON text: long numbers with all their digits, and `null` for undefined. JSON.stringify runs
 * first. Only a value with a long number is written again.
 * @param space spaces of one level, 0 for one line
 * @throws RangeError for a value that is nested deeper than the stack
 */
export function stringifyJson(value: unknown, space: number | string = 0): string {
  const before = seen.count;
  const text = JSON.stringify(value, null, space) as string | undefined;
  return seen.count === before ? (text ?? "null") : write(value, spaces(space), "");
}

/**
 * Writes a value as JSON text if it holds a long number, which JSON.stringify alone would write as a string. Null for
 * any other value.
 */
export function stringifyJsonIfLongNumbers(value: unknown): string | null {
  const before = seen.count;
  JSON.stringify(value);
  return seen.count === before ? null : write(value, "", "");
}

const spaces = (space: number | string): string =>
  typeof space === "string" ? space.slice(0, SPACE_MAX) : " ".repeat(Math.min(Math.max(space, 0), SPACE_MAX));

function write(value: unknown, space: string, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (value instanceof LongNumber) return value.digits;
  if (value instanceof Date) return JSON.stringify(value);
  const inner = indent + space;
  const before = space === "" ? "" : `\n${inner}`;
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += `${text && ","}${before}${write(item, space, inner)}`;
  } else {
    const colon = space === "" ? ":" : ": ";
    for (const [name, item] of Object.entries(value)) {
      if (item !== undefined)
        text += `${text && ","}${before}${JSON.stringify(name)}${colon}${write(item, space, inner)}`;
    }
  }
  const after = text === "" || space === "" ? "" : `\n${indent}`;
  return Array.isArray(value) ? `[${text}${after}]` : `{${text}${after}}`;
}
