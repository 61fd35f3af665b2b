import { readJsonInText } from "../filter/field";
import { LongNumber, stringifyJson } from "../json/long-number";
import { cutsIn, MASK, replaceCuts, type Pattern } from "./patterns";
import type { RedactionMethod } from "./rules";

/** A rule by path that has been followed to a place, with the steps that are left. */
export type Followed = { steps: readonly string[]; action: RedactionMethod };

/** What counts at a place of an event's data. */
export type RedactionPlace = {
  followed: readonly Followed[];
  /** rules by path that begin at every depth */
  everywhere: readonly Followed[];
  patterns: readonly Pattern[];
};

/** Replaces a text if its search exceeds the time budget. A text that no expression searched is never stored. */
export const NOT_SEARCHED = "[not searched: the expressions of the redaction rules took too long]";
const DROPPED = Symbol("dropped");
/** A document in a text in a text … is searched this deep. */
const TEXTS_DEPTH_MAX = 3;
/** The walker caches the redacted forms of at most this many member names. */
const NAMES_MAX = 5_000;

/** Walks over JSON and replaces what the rules of a project find. A value in which nothing is found stays the same. */
export class Walker {
  /** Names repeat from event to event. */
  readonly #names = new Map<string, string>();

  constructor(
    readonly patterns: readonly Pattern[],
    readonly hash: (text: string) => string,
  ) {}

  /** @param isHashed what is found is hashed, whatever the rule does */
  text(text: string, patterns = this.patterns, { isHashed = false, depth = 0 } = {}): string {
    if (patterns.length === 0 || text === "") return text;
    const cuts = cutsIn(text, patterns);
    if (cuts === null) return NOT_SEARCHED;
    // In the JSON of an object, escapes hide values, and a value may end inside of one.
    const document = cuts.length > 0 || text.includes("\\u") ? openDocument(text, depth) : null;
    if (document === null) return cuts.length === 0 ? text : replaceCuts(text, cuts, this.hash, isHashed);
    const walked = this.value(document, { followed: [], everywhere: [], patterns }, depth + 1);
    return walked === document ? text : stringifyJson(walked);
  }

  name(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const made = this.text(name);
    // Two names that were not searched stay two.
    if (made === NOT_SEARCHED) return this.hash(name);
    if (this.#names.size >= NAMES_MAX) this.#names.clear();
    this.#names.set(name, made);
    return made;
  }

  /** @returns DROPPED where a rule drops the member */
  member(name: string, value: unknown, place: RedactionPlace, depth = 0): unknown {
    const { followed, everywhere } = place;
    if (followed.length === 0 && everywhere.length === 0) return this.value(value, place, depth);
    const next = [...followed, ...everywhere].flatMap((path) => follow(path, name));
    const arrived = next.find(({ steps }) => steps.length === 0);
    if (arrived) return this.replace(value, arrived.action);
    return this.value(value, { ...place, followed: next }, depth);
  }

  value(value: unknown, place: RedactionPlace, depth = 0): unknown {
    if (typeof value === "string") return this.#textAt(value, place, depth);
    if (typeof value === "number" || value instanceof LongNumber) return this.#number(value, place);
    if (typeof value !== "object" || value === null) return value;
    return Array.isArray(value) ? this.#list(value, place, depth) : this.#object(value, place, depth);
  }

  /** Replaces every value at a place, and keeps the shape: filters and schemas still find lists and objects there. */
  replace(value: unknown, action: RedactionMethod): unknown {
    if (action === "drop") return DROPPED;
    if (value === null || value === undefined || value === "") return value;
    if (Array.isArray(value)) return value.map((item) => this.replace(item, action));
    if (isObject(value))
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [this.name(name), this.replace(item, action)]),
      );
    return action === "mask" ? MASK : this.hash(plainText(value));
  }

  /** Rules by path look into the JSON of an object in a text, as the keys of filters do. */
  #textAt(text: string, place: RedactionPlace, depth: number): string {
    const isFollowed = place.followed.length > 0 || place.everywhere.length > 0;
    const document = isFollowed ? openDocument(text, depth) : null;
    if (document === null) return this.text(text, place.patterns, { depth });
    const walked = this.value(document, place, depth + 1);
    return walked === document ? text : stringifyJson(walked);
  }

  #number(value: number | LongNumber, { patterns }: RedactionPlace): unknown {
    const text = plainText(value);
    if (!/^\d{4,}$/.test(text)) return value;
    const redacted = this.text(text, patterns);
    return redacted === text ? value : redacted;
  }

  #list(list: readonly unknown[], place: RedactionPlace, depth: number): unknown {
    let made: unknown[] | null = null;
    for (const [index, item] of list.entries()) {
      const next = this.member(String(index), item, place, depth);
      if (made === null && next !== item) made = list.slice(0, index);
      if (made !== null && next !== DROPPED) made.push(next);
    }
    return made ?? list;
  }

  #object(object: object, place: RedactionPlace, depth: number): unknown {
    return mapMembers(object as Record<string, unknown>, (name, item) => [
      this.name(name),
      this.member(name, item, place, depth),
    ]);
  }
}

/** Makes an object with other members, without dropped ones. Returns the same object where nothing changes. */
export function mapMembers(
  object: Record<string, unknown>,
  map: (name: string, value: unknown) => readonly [name: string, value: unknown],
): Record<string, unknown> {
  let isChanged = false;
  const entries: (readonly [string, unknown])[] = [];
  for (const [name, value] of Object.entries(object)) {
    const made = map(name, value);
    if (made[0] !== name || made[1] !== value) isChanged = true;
    if (made[1] !== DROPPED) entries.push(made);
  }
  return isChanged ? Object.fromEntries(entries) : object;
}

/** Follows a path over one member. A step may be `*`, and a name with dots may be several steps. */
export function follow({ steps, action }: Followed, name: string): Followed[] {
  if (steps.length === 0) return [];
  if (steps[0] === "*" || steps[0] === name) return [{ steps: steps.slice(1), action }];
  if (!name.includes(".")) return [];
  const count = name.split(".").length;
  return steps.slice(0, count).join(".") === name ? [{ steps: steps.slice(count), action }] : [];
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof LongNumber);

/** The text of a value that is no list and no object. */
export const plainText = (value: unknown): string =>
  value instanceof LongNumber ? value.digits : typeof value === "string" ? value : JSON.stringify(value);

const openDocument = (text: string, depth: number): object | null =>
  depth < TEXTS_DEPTH_MAX ? readJsonInText(text) : null;
