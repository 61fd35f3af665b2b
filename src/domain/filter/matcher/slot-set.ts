/*
 * A slot is the bit of one clause of a trigger in every bitmap: bit `slot & 31` of word `slot >>> 5`. All bitmaps of a
 * matcher have the same number of words.
 */

/** A list of at most this many slots never becomes a bitmap. */
const LISTED_MIN = 8;

/** Handling one listed slot takes as long as handling this many words of a bitmap. The ratio sets the longest list. */
const WORDS_PER_LISTED = 4;

/** A set of slots: a list of few slots, or a bitmap of many. Exactly one of the two fields is set. */
export class SlotSet {
  size = 0;
  list: number[] | null = [];
  bits: Int32Array | null = null;

  constructor(private words: number) {}

  has(slot: number): boolean {
    return this.bits ? hasBit(this.bits, slot) : this.list!.includes(slot);
  }

  /** Adds a slot, which must not be in the set. */
  add(slot: number): void {
    this.size += 1;
    if (this.bits) {
      setBit(this.bits, slot);
      return;
    }
    this.list!.push(slot);
    if (this.size <= this.listedMax()) return;
    this.bits = new Int32Array(this.words);
    for (const listed of this.list!) setBit(this.bits, listed);
    this.list = null;
  }

  /** Removes a slot, which must be in the set. */
  delete(slot: number): void {
    this.size -= 1;
    if (this.list) {
      const at = this.list.indexOf(slot);
      this.list[at] = this.list[this.size]!;
      this.list.length = this.size;
      return;
    }
    clearBit(this.bits!, slot);
    this.listIfFew();
  }

  grow(words: number): void {
    this.words = words;
    this.listIfFew();
    if (this.bits) this.bits = widenBitmap(this.bits, words);
  }

  private listIfFew(): void {
    // A bitmap becomes a list only at half of the limit, so that a slot that comes and goes does not convert it.
    if (!this.bits || this.size > this.listedMax() / 2) return;
    this.list = slotsIn(this.bits);
    this.bits = null;
  }

  private listedMax(): number {
    return Math.max(LISTED_MIN, this.words / WORDS_PER_LISTED);
  }
}

export function setBit(bits: Int32Array, slot: number): void {
  bits[slot >>> 5]! |= 1 << (slot & 31);
}

export function clearBit(bits: Int32Array, slot: number): void {
  bits[slot >>> 5]! &= ~(1 << (slot & 31));
}

export function hasBit(bits: Int32Array, slot: number): boolean {
  return (bits[slot >>> 5]! & (1 << (slot & 31))) !== 0;
}

/** Returns a bitmap with more words that holds the same bits. */
export function widenBitmap(bits: Int32Array, words: number): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(words);
  wide.set(bits);
  return wide;
}

/** Returns the slots that are in a bitmap and also in a set; null if there are more than `max`. */
export function listSlotsInBoth(bits: Int32Array, set: SlotSet, max: number): number[] | null {
  const found: number[] = [];
  if (set.list) {
    for (let at = 0; at < set.list.length; at++) {
      if (hasBit(bits, set.list[at]!) && found.push(set.list[at]!) > max) return null;
    }
    return found;
  }
  const others = set.bits!;
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word]! & others[word]!; rest !== 0; rest &= rest - 1) {
      if (found.push(findLowestSlot(word, rest)) > max) return null;
    }
  }
  return found;
}

function slotsIn(bits: Int32Array): number[] {
  const slots: number[] = [];
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word]!; rest !== 0; rest &= rest - 1) slots.push(findLowestSlot(word, rest));
  }
  return slots;
}

/** Returns the slot of the lowest set bit of a word. The word must not be 0. */
export function findLowestSlot(word: number, bits: number): number {
  return (word << 5) + 31 - Math.clz32(bits & -bits);
}
