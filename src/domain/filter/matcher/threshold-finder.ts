import { compareNumeric, toNearestNumber, type NumericValue } from "../../json/decimal";
import type { SlotFinder } from "./slot-finder";
import type { MatchingSlots } from "./matching-slots";
import type { OperandQuestion } from "./literal";
import { clearBit, setBit, SlotSet, widenBitmap } from "./slot-set";

/**
 * A threshold and its slots. `at` is the nearest JavaScript number to the threshold. For "below" the finder negates
 * both the threshold and the value. `exact` decides between numbers with more digits.
 */
type Entry = { at: number; exact: NumericValue; isIncluded: boolean; slots: SlotSet };

/**
 * Neighbouring thresholds, in order. `size` is the number of their slots. `before` is the bitmap of the slots of all
 * earlier blocks.
 */
type Block = { entries: Entry[]; size: number; before: Int32Array };

/** The most slots of a block with several thresholds. The finder checks the thresholds of one block one by one. */
const BLOCK_MAX = 32;
/** Neighbouring blocks with at most this many slots together are joined, so that there are few blocks. */
const BLOCK_MIN = BLOCK_MAX / 2;

/**
 * Finds which of many thresholds a value meets, for "above" or "below". The thresholds are sorted, so a value meets all
 * thresholds up to one position. Each block holds the bitmap of all slots before it. A look-up costs a binary search,
 * one bitmap and the slots of one block.
 */
export class ThresholdFinder implements SlotFinder {
  private readonly blocks: Block[] = [];
  private readonly sign: 1 | -1;

  constructor(
    private words: number,
    direction: "above" | "below",
  ) {
    this.sign = direction === "above" ? 1 : -1;
  }

  add(slot: number, question: OperandQuestion): void {
    const entry = this.entryOf(question);
    if (this.blocks.length === 0) {
      entry.slots.add(slot);
      this.blocks.push({ entries: [entry], size: 1, before: new Int32Array(this.words) });
      return;
    }
    const index = Math.max(
      0,
      this.lastBlock((first) => this.compare(first, entry) <= 0),
    );
    const block = this.blocks[index]!;
    const place = firstIndex(block.entries, (other) => this.compare(other, entry) >= 0);
    const known = block.entries[place];
    if (known && this.compare(known, entry) === 0) known.slots.add(slot);
    else {
      entry.slots.add(slot);
      block.entries.splice(place, 0, entry);
    }
    block.size += 1;
    for (let later = index + 1; later < this.blocks.length; later++) setBit(this.blocks[later]!.before, slot);
    if (block.size > BLOCK_MAX && block.entries.length > 1) this.split(index);
  }

  delete(slot: number, question: OperandQuestion): void {
    const entry = this.entryOf(question);
    const index = this.lastBlock((first) => this.compare(first, entry) <= 0);
    const block = this.blocks[index]!;
    const place = firstIndex(block.entries, (other) => this.compare(other, entry) >= 0);
    const { slots } = block.entries[place]!;
    slots.delete(slot);
    block.size -= 1;
    if (slots.size === 0) block.entries.splice(place, 1);
    for (let later = index + 1; later < this.blocks.length; later++) clearBit(this.blocks[later]!.before, slot);
    if (block.size === 0) this.blocks.splice(index, 1);
    else {
      this.merge(index);
      this.merge(index - 1);
    }
  }

  find(value: unknown, hits: MatchingSlots): void {
    const exact = value as NumericValue;
    const seen = this.sign * toNearestNumber(exact);
    // The loop runs for every event, so it has no callback. It finds the last block whose first threshold is met.
    let [low, high] = [0, this.blocks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isMet(this.blocks[middle]!.entries[0]!, seen, exact)) low = middle + 1;
      else high = middle;
    }
    const block = this.blocks[low - 1];
    if (!block) return;
    if (low > 1) hits.addBits(block.before);
    for (let at = 0; at < block.entries.length && this.isMet(block.entries[at]!, seen, exact); at++)
      hits.add(block.entries[at]!.slots);
  }

  grow(words: number): void {
    this.words = words;
    for (const block of this.blocks) {
      block.before = widenBitmap(block.before, words);
      for (const { slots } of block.entries) slots.grow(words);
    }
  }

  private entryOf(question: OperandQuestion): Entry {
    if (question.kind !== "above" && question.kind !== "below") throw new Error(`"${question.kind}" has no threshold.`);
    const { threshold: exact, isIncluded } = question;
    // `+ 0` turns -0 into 0, because -0 would sort as another value.
    return { at: this.sign * toNearestNumber(exact) + 0, exact, isIncluded, slots: new SlotSet(this.words) };
  }

  /** Returns the index of the last block whose first entry passes, or -1. All blocks that pass come first. */
  private lastBlock(passes: (first: Entry) => boolean): number {
    return firstIndex(this.blocks, (block) => !passes(block.entries[0]!)) - 1;
  }

  /**
   * Compares two thresholds. Of equal ones, "at least" comes before "above", because a value that meets "above" also
   * meets "at least".
   */
  private compare(left: Entry, right: Entry): number {
    return (
      left.at - right.at ||
      this.sign * compareNumeric(left.exact, right.exact) ||
      Number(right.isIncluded) - Number(left.isIncluded)
    );
  }

  /**
   * Tells whether a value meets the threshold of an entry.
   * @param seen the nearest JavaScript number to the value, negated for "below"
   */
  private isMet({ at, exact, isIncluded }: Entry, seen: number, value: NumericValue): boolean {
    if (seen !== at) return seen > at;
    const order = this.sign * compareNumeric(value, exact);
    return order > 0 || (isIncluded && order === 0);
  }

  private split(index: number): void {
    const block = this.blocks[index]!;
    let [place, size] = [0, 0];
    while (place < block.entries.length - 1 && (place === 0 || size < BLOCK_MIN))
      size += block.entries[place++]!.slots.size;
    const before = block.before.slice();
    for (const { slots } of block.entries.slice(0, place)) {
      if (slots.list) for (const slot of slots.list) setBit(before, slot);
      else for (let word = 0; word < before.length; word++) before[word]! |= slots.bits![word]!;
    }
    this.blocks.splice(index + 1, 0, { entries: block.entries.splice(place), size: block.size - size, before });
    block.size = size;
  }

  private merge(index: number): void {
    const [left, right] = [this.blocks[index], this.blocks[index + 1]];
    if (!left || !right || left.size + right.size > BLOCK_MIN) return;
    left.entries.push(...right.entries);
    left.size += right.size;
    this.blocks.splice(index + 1, 1);
  }
}

/**
 * Returns the index of the first item that passes, or the length if none passes. The items must be in order: all that
 * pass come last.
 */
function firstIndex<T>(items: readonly T[], passes: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
