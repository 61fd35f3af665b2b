import { LongNumber, stringifyJson } from "../json/long-number";
import { parseJson } from "../json/read-json";

/** What text conditions see of a field: its first bytes, as UTF-8. */
export const TEXT_BYTES_MAX = 65_536;

/** The most UTF-8 bytes of one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

export type FieldText = { text: string; truncated: boolean };

const encoder = new TextEncoder();
const buffer = new Uint8Array(TEXT_BYTES_MAX);

// Many triggers ask about the same input: its text is made once and lives as long as the value itself.
const textOfObject = new WeakMap<object, FieldText>();

/**
 * A field as text. A text stands as it is; a number and a boolean as JSON writes them. Of an object or a list the texts,
 * numbers and booleans inside it, one per line, without the names of members; `{}` or `[]` where there is none.
 * Null where the field is missing.
 */
export function fieldText(value: unknown): FieldText | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return cut(value);
  if (typeof value !== "object" || value instanceof LongNumber) return cut(String(value));
  const known = textOfObject.get(value);
  if (known) return known;
  const lines: string[] = [];
  collect(value, lines, TEXT_BYTES_MAX);
  const made = cut(lines.length > 0 ? lines.join("\n") : Array.isArray(value) ? "[]" : "{}");
  textOfObject.set(value, made);
  return made;
}

/** Ends once it has more than `room` characters, which are more bytes than are looked at. Returns the room that is left. */
function collect(value: unknown, lines: string[], room: number): number {
  if (value === null || value === undefined || room < 0) return room;
  if (typeof value !== "object" || value instanceof LongNumber) {
    const line = String(value).slice(0, room + 1);
    lines.push(line);
    // The line break counts too.
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
  if (text.length * BYTES_PER_UNIT <= TEXT_BYTES_MAX) return { text, truncated: false };
  const { read } = encoder.encodeInto(text, buffer);
  return read === text.length ? { text, truncated: false } : { text: text.slice(0, read), truncated: true };
}

/** Levels that JSON in a text may have. */
const JSON_TEXT_DEPTH_MAX = 500;

/** The object or list whose JSON a text is; null for any other text. */
export function readJsonInText(text: string): object | null {
  const trimmed = text.trim();
  const ends = `${trimmed.at(0)}${trimmed.at(-1)}`;
  if (ends !== "{}" && ends !== "[]") return null;
  try {
    const value = parseJson(text) as object;
    return isDeeperThan(value, JSON_TEXT_DEPTH_MAX) ? null : value;
  } catch {
    return null;
  }
}

/** What keys look into: the field, or the object or list whose JSON it is. */
export const openField = (value: unknown): unknown =>
  typeof value === "string" ? (readJsonInText(value) ?? value) : value;

const openedMembers = new WeakMap<object, Map<string, unknown>>();

/** The same of a member of a field, read once for all keys that lead into it. */
function openMember(field: object, name: string, member: unknown): unknown {
  if (typeof member !== "string") return member;
  const ofField = openedMembers.get(field) ?? new Map<string, unknown>();
  openedMembers.set(field, ofField);
  if (!ofField.has(name)) ofField.set(name, openField(member));
  return ofField.get(name);
}

/** Whether objects and lists are nested in more than so many levels. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}

/**
 * Reads a key of an opened field: the key as it stands, else as a path of keys and array indices joined by dots, in
 * which a key may hold dots itself (the longest that is there is taken: `attributes.gen_ai.system`). The `length` of a
 * list is a place too. A member that is the JSON text of an object or a list is read as that.
 * Compiled once, as it runs for every event. Undefined where there is no such place.
 */
export function compileKey(key: string): (field: unknown) => unknown {
  const steps = key.split(".");
  return (field) => {
    if (!isContainer(field)) return undefined;
    if (Object.hasOwn(field, key)) return own(field, key);
    if (steps.length === 1) return undefined;
    const [first, ...others] = steps as [string, ...string[]];
    const found = others.reduce<unknown>(own, openMember(field, first, own(field, first)));
    // A path of two steps has no other reading.
    return found === undefined && steps.length > 2 ? byLongestKeys(field, steps) : found;
  };
}

/** Without going back once a key was taken, so that no shape of the data makes it slow. */
function byLongestKeys(field: object, steps: string[]): unknown {
  let value: unknown = field;
  for (let from = 0; from < steps.length;) {
    if (!isContainer(value)) return undefined;
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
  if (!isContainer(value) || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string, unknown>)[step];
}

const isContainer = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !(value instanceof LongNumber);

/** Characters of a value shown in a reason, and how much of an object is looked at for it. */
const SEEN_MAX = 200;
const SEEN_ITEMS_MAX = 50;
const SEEN_DEPTH_MAX = 5;

/** A value as people see it: JSON-safe, and short. A long number is its digits, an object its JSON text. */
export function shorten(value: unknown): unknown {
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
  return isShortList ? value : shortJson(value);
}

/** The start of a value's JSON text. */
export const shortJson = (value: unknown): string => clip(stringifyJson(pruned(value, SEEN_DEPTH_MAX)));

function pruned(value: unknown, levels: number): unknown {
  if (typeof value === "string") return value.slice(0, SEEN_MAX);
  if (!isContainer(value)) return value;
  if (levels === 0) return "…";
  if (Array.isArray(value)) return value.slice(0, SEEN_ITEMS_MAX).map((item) => pruned(item, levels - 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, SEEN_ITEMS_MAX)
      .map(([name, item]) => [name, pruned(item, levels - 1)]),
  );
}

/** Never ends in half a surrogate pair, which a database would refuse. */
function clip(text: string): string {
  return text.length <= SEEN_MAX ? text : `${text.slice(0, SEEN_MAX - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
