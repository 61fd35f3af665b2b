import type { Hits } from "./hits";
import type { Equal, Question } from "./literal";
import { SlotSet } from "./slot-set";

/**
 * The slots of one kind of question about one place. `find` adds those for which a value (one that is there) holds.
 * A slot asks one question here.
 */
export type Finder = {
  add(slot: number, question: Question): void;
  /** takes what was added */
  delete(slot: number, question: Question): void;
  find(value: unknown, hits: Hits): void;
  grow(words: number): void;
};

/** Sets of slots by what they ask for. One without slots is gone. */
export class SetsByKey<K> {
  private readonly sets = new Map<K, SlotSet>();

  constructor(private words: number) {}

  get size(): number {
    return this.sets.size;
  }

  get(key: K): SlotSet | undefined {
    return this.sets.get(key);
  }

  /** Whether the key is new. */
  add(key: K, slot: number): boolean {
    const known = this.sets.get(key);
    const set = known ?? new SlotSet(this.words);
    if (!known) this.sets.set(key, set);
    set.add(slot);
    return !known;
  }

  /** Whether the key is gone with it. */
  delete(key: K, slot: number): boolean {
    const set = this.sets.get(key);
    set?.delete(slot);
    return set?.size === 0 && this.sets.delete(key);
  }

  grow(words: number): void {
    this.words = words;
    for (const set of this.sets.values()) set.grow(words);
  }
}

/** Equality, and any of: a look-up, of each item where the value is a list. */
export class EqualFinder implements Finder {
  private readonly sets: SetsByKey<unknown>;

  constructor(words: number) {
    this.sets = new SetsByKey(words);
  }

  add(slot: number, question: Question): void {
    for (const value of valuesOf(question)) this.sets.add(value, slot);
  }

  delete(slot: number, question: Question): void {
    for (const value of valuesOf(question)) this.sets.delete(value, slot);
  }

  find(value: unknown, hits: Hits): void {
    if (!Array.isArray(value)) this.look(value, hits);
    // More items than values that are asked for make the look-ups no dearer than they have to be.
    else for (const item of value.length > this.sets.size ? new Set<unknown>(value) : value) this.look(item, hits);
  }

  grow(words: number): void {
    this.sets.grow(words);
  }

  private look(value: unknown, hits: Hits): void {
    const set = this.sets.get(value);
    if (set) hits.add(set);
  }
}

function valuesOf(question: Question): readonly Equal[] {
  return question.kind === "equal" ? question.values : [];
}

/** That there is a value at all. */
export class PresentFinder implements Finder {
  private readonly set: SlotSet;

  constructor(words: number) {
    this.set = new SlotSet(words);
  }

  add(slot: number): void {
    this.set.add(slot);
  }

  delete(slot: number): void {
    this.set.delete(slot);
  }

  find(_value: unknown, hits: Hits): void {
    hits.add(this.set);
  }

  grow(words: number): void {
    this.set.grow(words);
  }
}

/** What a text is found by: this many characters of its start or end. More would only make the cutting dearer. */
const AFFIX_MAX = 32;

/** Starts with, or ends with: the value's own start is cut to each length that is asked for, and looked up. */
export class AffixFinder implements Finder {
  /** by the start (or end) of the text, cut to AFFIX_MAX; then by the text itself */
  private readonly byAffix = new Map<string, Map<string, SlotSet>>();
  /** how many affixes have a length */
  private readonly lengths = new Map<number, number>();

  constructor(
    private words: number,
    private readonly side: "starts" | "ends",
  ) {}

  add(slot: number, question: Question): void {
    const text = textOf(question);
    const affix = this.cut(text, AFFIX_MAX);
    let texts = this.byAffix.get(affix);
    if (!texts) {
      this.byAffix.set(affix, (texts = new Map()));
      this.lengths.set(affix.length, (this.lengths.get(affix.length) ?? 0) + 1);
    }
    let set = texts.get(text);
    if (!set) texts.set(text, (set = new SlotSet(this.words)));
    set.add(slot);
  }

  delete(slot: number, question: Question): void {
    const text = textOf(question);
    const affix = this.cut(text, AFFIX_MAX);
    const texts = this.byAffix.get(affix);
    const set = texts?.get(text);
    if (!texts || !set) return;
    set.delete(slot);
    if (set.size === 0) texts.delete(text);
    if (texts.size > 0) return;
    this.byAffix.delete(affix);
    const left = (this.lengths.get(affix.length) ?? 0) - 1;
    if (left > 0) this.lengths.set(affix.length, left);
    else this.lengths.delete(affix.length);
  }

  find(value: unknown, hits: Hits): void {
    const seen = value as string;
    for (const length of this.lengths.keys()) {
      const texts = length <= seen.length && this.byAffix.get(this.cut(seen, length));
      if (!texts) continue;
      for (const [text, set] of texts) {
        if (this.side === "starts" ? seen.startsWith(text) : seen.endsWith(text)) hits.add(set);
      }
    }
  }

  grow(words: number): void {
    this.words = words;
    for (const texts of this.byAffix.values()) for (const set of texts.values()) set.grow(words);
  }

  private cut(text: string, length: number): string {
    if (text.length <= length) return text;
    return this.side === "starts" ? text.slice(0, length) : text.slice(-length);
  }
}

export function textOf(question: Question): string {
  return "text" in question ? question.text : "";
}
