import { parseJsonField } from "../../filter/field-text";
import { isJsonObject, type JsonObject } from "../../json/json-kinds";
import { LongNumber, stringifyJson } from "../../json/long-number";
import { readNumberOrNumericText } from "../../json/numeric";
import { parseJson } from "../../json/read-json";

/**
 * Tells whether a value is meaningful: not null, and no empty text, list or object. If an attribute's value is not
 * meaningful, the next attribute is tried.
 */
export function isMeaningfulValue(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (typeof value !== "object" || value instanceof LongNumber) return true;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

/**
 * Parses a text that is the JSON of an object or a list. Any other value stays as it is. JSON with a number that may
 * exceed the range of a double stays text, which keeps all digits.
 */
export function parseObjectOrList(value: unknown): unknown {
  return typeof value === "string" && maybeTooLarge.test(value) ? value : parseJsonField(value);
}

const maybeTooLarge = /\d[eE]\+?\d{3}|\d{309}/;

/** Parses a text that is JSON, also the JSON of a text, a number or a boolean. Any other value stays as it is. */
export function parseAnyJson(value: unknown): unknown {
  if (typeof value !== "string" || value === "") return value;
  const open = parseObjectOrList(value);
  return open === value && scalar.test(value) ? parseJson(value) : open;
}

/** Matches JSON that is neither an object nor a list. A number with too many digits for a double does not match. */
const scalar =
  /^\s*(?:"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?|true|false|null)\s*$/;

export function readObject(value: unknown): JsonObject | null {
  const open = parseObjectOrList(value);
  return isJsonObject(open) ? open : null;
}

export function readList(value: unknown): unknown[] | null {
  const open = parseObjectOrList(value);
  return Array.isArray(open) ? (open as unknown[]) : null;
}

/** Returns a value as text, and an object or a list as JSON. Null for a value that is not meaningful. */
export function readText(value: unknown): string | null {
  if (!isMeaningfulValue(value)) return null;
  if (typeof value === "string") return value;
  return typeof value === "object" ? stringifyJson(value) : String(value as number | boolean);
}

/** Reads a finite number, or the text of one. One with too many digits for JavaScript becomes a LongNumber. */
export function readNumber(value: unknown): number | LongNumber | null {
  if (typeof value === "string" && value.trim() === "") return null;
  const numeric = readNumberOrNumericText(value);
  if (numeric === null) return null;
  if (typeof numeric === "number") return numeric;
  return value instanceof LongNumber ? value : new LongNumber(String(value).trim());
}

/** Reads a finite number, or the text of one, as the nearest JavaScript number. */
export function readPlainNumber(value: unknown): number | null {
  const number = readNumber(value);
  return number === null ? null : Number(number);
}

/** Makes an object of the members that have a value. No member's name can set its prototype. */
export function withoutMissingMembers(members: Iterable<readonly [string, unknown]>): JsonObject {
  return Object.fromEntries([...members].filter(([, value]) => value !== null && value !== undefined));
}
