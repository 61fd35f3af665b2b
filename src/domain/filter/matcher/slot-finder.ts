import type { MatchingSlots } from "./matching-slots";
import type { EqualityOperand, OperandQuestion } from "./literal";
import { SlotSet } from "./slot-set";

/**
 * An index of slots by their questions, all of one kind and about one operand. Each slot has one question. `find` adds
 * the slots whose question has the answer yes for a value that is present.
 */
export type SlotFinder = {
  add(slot: number, question: OperandQuestion): void;
  /** removes the question of a slot */
  delete(slot: number, question: OperandQuestion): void;
  find(value: unknown, hits: MatchingSlots): void;
  grow(words: number): void;
};

/**
 * Sets of slots by a key, such as the text that they ask for. A slot is the number of a filter's clause. A key without
 * slots is removed.
 */
export class SlotSetsByKey<K> {
  private readonly sets = new Map<K, SlotSet>();

  constructor(private words: number) {}

  get size(): number {
    return this.sets.size;
  }

  get(key: K): SlotSet | undefined {
    return this.sets.get(key);
  }

  /** @returns whether the key was new */
  add(key: K, slot: number): boolean {
    const known = this.sets.get(key);
    const set = known ?? new SlotSet(this.words);
    if (!known) this.sets.set(key, set);
    set.add(slot);
    return !known;
  }

  /** @returns whether the key lost its last slot and was removed */
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

/**
 * Finds the slots of equality questions, such as those of `=`, `any of` and `none of`, by a look-up of the value. If
 * the value is a list, each item is looked up.
 */
export class EqualFinder implements SlotFinder {
  private readonly sets: SlotSetsByKey<unknown>;

  constructor(words: number) {
    this.sets = new SlotSetsByKey(words);
  }

  add(slot: number, question: OperandQuestion): void {
    for (const value of valuesOf(question)) this.sets.add(value, slot);
  }

  delete(slot: number, question: OperandQuestion): void {
    for (const value of valuesOf(question)) this.sets.delete(value, slot);
  }

  find(value: unknown, hits: MatchingSlots): void {
    if (!Array.isArray(value)) this.look(value, hits);
    // A list with more items than keys may repeat items, so each distinct item is looked up once.
    else for (const item of value.length > this.sets.size ? new Set<unknown>(value) : value) this.look(item, hits);
  }

  grow(words: number): void {
    this.sets.grow(words);
  }

  private look(value: unknown, hits: MatchingSlots): void {
    const set = this.sets.get(value);
    if (set) hits.add(set);
  }
}

function valuesOf(question: OperandQuestion): readonly EqualityOperand[] {
  return question.kind === "equal" ? question.values : [];
}

/**
 * Finds the slots of `is null` and `is not null` conditions. `find` gets only values that are present, so it adds all
 * slots.
 */
export class PresenceFinder implements SlotFinder {
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

  find(_value: unknown, hits: MatchingSlots): void {
    hits.add(this.set);
  }

  grow(words: number): void {
    this.set.grow(words);
  }
}

/**
 * The most characters of an affix: the start or end of a condition's text by which the finder looks the condition up.
 * Longer affixes would only make cutting values slower.
 */
const AFFIX_MAX = 32;

/**
 * Finds the slots of `starts with` or `ends with` conditions. It cuts the value to each length of an affix and looks up
 * the result.
 */
export class AffixFinder implements SlotFinder {
  /** slots by the affix of their text (at most AFFIX_MAX characters), then by the whole text */
  private readonly byAffix = new Map<string, Map<string, SlotSet>>();
  /** the number of affixes of each length */
  private readonly lengths = new Map<number, number>();

  constructor(
    private words: number,
    private readonly side: "starts" | "ends",
  ) {}

  add(slot: number, question: OperandQuestion): void {
    const text = readTextOfQuestion(question);
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

  delete(slot: number, question: OperandQuestion): void {
    const text = readTextOfQuestion(question);
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

  find(value: unknown, hits: MatchingSlots): void {
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

export function readTextOfQuestion(question: OperandQuestion): string {
  return "text" in question ? question.text : "";
}
