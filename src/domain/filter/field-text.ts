import { cutText } from "../json/cut-text";
import { isObjectOrList } from "../json/json-kinds";
import { LongNumber, stringifyJson } from "../json/long-number";
import { parseJson } from "../json/read-json";

/** The most bytes of a field, as UTF-8, that text conditions see. */
export const FIELD_TEXT_BYTES_MAX = 65_536;

/** The most bytes of UTF-8 for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

export type FieldText = { text: string; truncated: boolean };

const encoder = new TextEncoder();
const buffer = new Uint8Array(FIELD_TEXT_BYTES_MAX);

// The texts of objects are cached, because many triggers look at the same input. A text is kept as long as its object.
const textOfObject = new WeakMap<object, FieldText>();

/**
 * Converts a field to text, and cuts it after 64 KiB. A text stays as it is otherwise; a number and a boolean become
 * JSON. An object or a list becomes the texts, numbers and booleans inside it, one a line, without the names of
 * members. If there are none inside, it becomes `{}` or `[]`.
 * @returns null for a missing field
 */
export function convertFieldToText(value: unknown): FieldText | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return cut(value);
  if (typeof value !== "object" || value instanceof LongNumber) return cut(String(value));
  const known = textOfObject.get(value);
  if (known) return known;
  const lines: string[] = [];
  collect(value, lines, FIELD_TEXT_BYTES_MAX);
  const made = cut(lines.length > 0 ? lines.join("\n") : Array.isArray(value) ? "[]" : "{}");
  textOfObject.set(value, made);
  return made;
}

/**
 * Adds the texts inside a value to `lines`. It stops once the lines have more than `room` characters.
 * @returns the characters that still fit; below 0 if none fit
 */
function collect(value: unknown, lines: string[], room: number): number {
  if (value === null || value === undefined || room < 0) return room;
  if (typeof value !== "object" || value instanceof LongNumber) {
    const line = String(value).slice(0, room + 1);
    lines.push(line);
    // The line break after a line counts as a character too.
    return room - line.length - 1;
  }
  let left = room;
  for (const item of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    left = collect(item, lines, left);
    if (left < 0) break;
  }
  return left;
}

function cut(text: string): FieldText {
  if (text.length * BYTES_PER_UNIT <= FIELD_TEXT_BYTES_MAX) return { text, truncated: false };
  const { read } = encoder.encodeInto(text, buffer);
  return read === text.length ? { text, truncated: false } : { text: text.slice(0, read), truncated: true };
}

/** The most levels of JSON in a text. Deeper JSON stays a text. */
const JSON_TEXT_DEPTH_MAX = 500;

/**
 * Parses a text that is the JSON of an object or a list. Returns null for any other text, and for JSON with more than
 * 500 levels.
 */
export function parseObjectOrListJson(text: string): object | null {
  const trimmed = text.trim();
  const ends = `${trimmed.at(0)}${trimmed.at(-1)}`;
  if (ends !== "{}" && ends !== "[]") return null;
  try {
    const value = parseJson(text) as object;
    return isNestedDeeperThan(value, JSON_TEXT_DEPTH_MAX) ? null : value;
  } catch {
    return null;
  }
}

/**
 * Parses a field that is the JSON text of an object or a list, so that keys can look into it. Any other field stays as
 * it is.
 */
export const parseJsonField = (value: unknown): unknown =>
  typeof value === "string" ? (parseObjectOrListJson(value) ?? value) : value;

const openedMembers = new WeakMap<object, Map<string, unknown>>();

/**
 * Parses a member of a field as `parseJsonField` does. The parsed value is kept for all keys that lead into the member.
 */
function openMember(field: object, name: string, member: unknown): unknown {
  if (typeof member !== "string") return member;
  const ofField = openedMembers.get(field) ?? new Map<string, unknown>();
  openedMembers.set(field, ofField);
  if (!ofField.has(name)) ofField.set(name, parseJsonField(member));
  return ofField.get(name);
}

/** Tells whether objects and lists are nested in more than `levels` levels. */
export function isNestedDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isNestedDeeperThan(item, levels - 1));
}

/**
 * Compiles a key into a function that reads a field, parsed by `parseJsonField`. The function tries the key as one
 * name, then as a path of names and list indices, cut at every dot. If both find nothing, a name in the path may hold
 * dots; the longest name that exists counts (`attributes.gen_ai.system`). `length` reads the length of a list. A path
 * also looks into a direct member that is JSON text of an object or a list. Deeper JSON text stays text.
 * @returns a function whose result is undefined if the field has no such member
 */
export function compileKeyReader(key: string): (field: unknown) => unknown {
  const steps = key.split(".");
  return (field) => {
    if (!isObjectOrList(field)) return undefined;
    if (Object.hasOwn(field, key)) return own(field, key);
    if (steps.length === 1) return undefined;
    const [first, ...others] = steps as [string, ...string[]];
    const found = others.reduce<unknown>(own, openMember(field, first, own(field, first)));
    // Only a path of more than two names can be read in another way: with names that hold dots.
    return found === undefined && steps.length > 2 ? byLongestKeys(field, steps) : found;
  };
}

/** Reads a path by the longest names. It never goes back to a shorter name, so that no data makes it slow. */
function byLongestKeys(field: object, steps: string[]): unknown {
  let value: unknown = field;
  for (let from = 0; from < steps.length;) {
    if (!isObjectOrList(value)) return undefined;
    let to = steps.length;
    while (to > from && !Object.hasOwn(value, steps.slice(from, to).join("."))) to--;
    if (to === from) return undefined;
    const name = steps.slice(from, to).join(".");
    const next = own(value, name);
    value = value === field && to < steps.length ? openMember(field, name, next) : next;
    from = to;
  }
  return value;
}

function own(value: unknown, step: string): unknown {
  if (!isObjectOrList(value) || !Object.hasOwn(value, step)) return undefined;
  return value[step];
}

/** The most characters of a value that a reason shows, and the most members and levels of an object. */
const SEEN_MAX = 200;
const SEEN_ITEMS_MAX = 50;
const SEEN_DEPTH_MAX = 5;

/**
 * Shortens a value to 200 characters for people, and makes it safe for JSON. A long number becomes its digits, and an
 * infinite number null. A short list of texts stays a list. An object or any other list becomes its JSON text.
 */
export function shortenForPeople(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean") return value;
  if (typeof value === "string") return clip(value);
  if (value instanceof LongNumber) return clip(value.digits);
  const isShortList =
    Array.isArray(value) &&
    value.length <= SEEN_ITEMS_MAX &&
    value.every((item) => typeof item === "string") &&
    value.join("").length <= SEEN_MAX;
  return isShortList ? value : clipJsonText(value);
}

/** Returns at most 200 characters of a value's JSON text, without levels below the fifth and members after the 50th. */
export const clipJsonText = (value: unknown): string => clip(stringifyJson(pruned(value, SEEN_DEPTH_MAX)));

function pruned(value: unknown, levels: number): unknown {
  if (typeof value === "string") return value.slice(0, SEEN_MAX);
  if (!isObjectOrList(value)) return value;
  if (levels === 0) return "…";
  if (Array.isArray(value)) return value.slice(0, SEEN_ITEMS_MAX).map((item) => pruned(item, levels - 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, SEEN_ITEMS_MAX)
      .map(([name, item]) => [name, pruned(item, levels - 1)]),
  );
}

function clip(text: string): string {
  return text.length <= SEEN_MAX ? text : `${cutText(text, SEEN_MAX - 1)}…`;
}
