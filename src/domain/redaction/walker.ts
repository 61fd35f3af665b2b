import { parseObjectOrListJson } from "../filter/field-text";
import { isJsonObject } from "../json/json-kinds";
import { LongNumber, stringifyJson } from "../json/long-number";
import { findRedactionMatches, MASKED_TEXT, replaceRedactionMatches, type RedactionPattern } from "./patterns";
import type { RedactionMethod } from "./rules";

/** A rule by path during the walk, with the steps of its path that still have to be followed. */
export type RemainingPathRule = { steps: readonly string[]; action: RedactionMethod };

/** The rules that apply at the current value of the walk. */
export type ApplicableRules = {
  followed: readonly RemainingPathRule[];
  /** rules by path that may begin at every depth */
  everywhere: readonly RemainingPathRule[];
  patterns: readonly RedactionPattern[];
};

/** The text that replaces a text whose search exceeded its time. A text that was not searched is never stored. */
export const REPLACEMENT_OF_UNSEARCHED_TEXT = "[not searched: the expressions of the redaction rules took too long]";
const DROPPED = Symbol("dropped");
/**
 * A text may be JSON whose texts are JSON again. The walker opens at most this many levels, and searches deeper JSON as
 * plain text.
 */
const TEXTS_DEPTH_MAX = 3;
/** The walker caches the redacted forms of at most this many member names. */
const NAMES_MAX = 5_000;

/**
 * Walks over JSON and replaces the values that the rules of a project find. A value without findings stays the same
 * object.
 */
export class RedactionWalker {
  /** The redacted names are cached, because names repeat from event to event. */
  readonly #names = new Map<string, string>();

  constructor(
    readonly patterns: readonly RedactionPattern[],
    readonly hash: (text: string) => string,
  ) {}

  /** Redacts the values that patterns find in a text. @param isHashed values are hashed, whatever their rule says */
  text(text: string, patterns = this.patterns, { isHashed = false, depth = 0 } = {}): string {
    if (patterns.length === 0 || text === "") return text;
    const cuts = findRedactionMatches(text, patterns);
    if (cuts === null) return REPLACEMENT_OF_UNSEARCHED_TEXT;
    // JSON text is parsed first: escapes can hide a value, and a value may end in the middle of an escape.
    const document = cuts.length > 0 || text.includes("\\u") ? openDocument(text, depth) : null;
    if (document === null)
      return cuts.length === 0 ? text : replaceRedactionMatches(text, cuts, { hash: this.hash, isHashed });
    const walked = this.value(document, { followed: [], everywhere: [], patterns }, depth + 1);
    return walked === document ? text : stringifyJson(walked);
  }

  name(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const made = this.text(name);
    // Two names that could not be searched must stay different, so their hashes replace them.
    if (made === REPLACEMENT_OF_UNSEARCHED_TEXT) return this.hash(name);
    if (this.#names.size >= NAMES_MAX) this.#names.clear();
    this.#names.set(name, made);
    return made;
  }

  /** Redacts a member of an object or list. @returns DROPPED if a rule drops the member */
  member({ name, value }: { name: string; value: unknown }, rules: ApplicableRules, depth = 0): unknown {
    const { followed, everywhere } = rules;
    if (followed.length === 0 && everywhere.length === 0) return this.value(value, rules, depth);
    const next = [...followed, ...everywhere].flatMap((path) => stepIntoRulePath(path, name));
    const arrived = next.find(({ steps }) => steps.length === 0);
    if (arrived) return this.replace(value, arrived.action);
    return this.value(value, { ...rules, followed: next }, depth);
  }

  value(value: unknown, rules: ApplicableRules, depth = 0): unknown {
    if (typeof value === "string") return this.#textAt(value, rules, depth);
    if (typeof value === "number" || value instanceof LongNumber) return this.#number(value, rules);
    if (typeof value !== "object" || value === null) return value;
    return Array.isArray(value) ? this.#list(value, rules, depth) : this.#object(value, rules, depth);
  }

  /**
   * Replaces every value inside a value that a rule by path has found. Lists and objects stay, because filters and
   * schemas expect them. So do null and the empty text. A rule that drops removes the whole value instead.
   */
  replace(value: unknown, action: RedactionMethod): unknown {
    if (action === "drop") return DROPPED;
    if (value === null || value === undefined || value === "") return value;
    if (Array.isArray(value)) return value.map((item) => this.replace(item, action));
    if (isJsonObject(value))
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [this.name(name), this.replace(item, action)]),
      );
    return action === "mask" ? MASKED_TEXT : this.hash(convertScalarToText(value));
  }

  /**
   * Redacts a text. Rules by path look into a text that is the JSON of an object or a list, as the keys of filters do.
   */
  #textAt(text: string, rules: ApplicableRules, depth: number): string {
    const isFollowed = rules.followed.length > 0 || rules.everywhere.length > 0;
    const document = isFollowed ? openDocument(text, depth) : null;
    if (document === null) return this.text(text, rules.patterns, { depth });
    const walked = this.value(document, rules, depth + 1);
    return walked === document ? text : stringifyJson(walked);
  }

  #number(value: number | LongNumber, { patterns }: ApplicableRules): unknown {
    const text = convertScalarToText(value);
    if (!/^\d{4,}$/.test(text)) return value;
    const redacted = this.text(text, patterns);
    return redacted === text ? value : redacted;
  }

  #list(list: readonly unknown[], rules: ApplicableRules, depth: number): unknown {
    let made: unknown[] | null = null;
    for (const [index, item] of list.entries()) {
      const next = this.member({ name: String(index), value: item }, rules, depth);
      if (made === null && next !== item) made = list.slice(0, index);
      if (made !== null && next !== DROPPED) made.push(next);
    }
    return made ?? list;
  }

  #object(object: object, rules: ApplicableRules, depth: number): unknown {
    return mapMembers(object as Record<string, unknown>, (name, item) => [
      this.name(name),
      this.member({ name, value: item }, rules, depth),
    ]);
  }
}

/** Makes an object whose members are changed or dropped. Returns the same object if no member changes. */
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

/**
 * Follows the path of a rule by the name of one member. Returns the rule with the steps that are left, or nothing if
 * the name does not match. A step of the path may be `*`. A name with dots may match several steps.
 */
export function stepIntoRulePath({ steps, action }: RemainingPathRule, name: string): RemainingPathRule[] {
  if (steps.length === 0) return [];
  if (steps[0] === "*" || steps[0] === name) return [{ steps: steps.slice(1), action }];
  if (!name.includes(".")) return [];
  const count = name.split(".").length;
  return steps.slice(0, count).join(".") === name ? [{ steps: steps.slice(count), action }] : [];
}

/** Returns the text of a value that is neither a list nor an object. */
export const convertScalarToText = (value: unknown): string =>
  value instanceof LongNumber ? value.digits : typeof value === "string" ? value : JSON.stringify(value);

const openDocument = (text: string, depth: number): object | null =>
  depth < TEXTS_DEPTH_MAX ? parseObjectOrListJson(text) : null;
