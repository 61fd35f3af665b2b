import { readTextOfQuestion, type SlotFinder } from "./slot-finder";
import type { MatchingSlots } from "./matching-slots";
import type { OperandQuestion } from "./literal";
import { SlotSet } from "./slot-set";

/**
 * A text to search for. The finder recognises it by one gram, three characters that begin at `from`. `scan` is the
 * number of the last scan that found the text.
 */
type Needle = { text: string; slots: SlotSet; from: number; scan: number };
/**
 * The needles whose grams have one hash. `visits` counts that hash in the scan of number `scan`. `settled` is the
 * number of the last scan that has found all needles of this bucket that the value contains.
 */
type Bucket = { needles: Needle[]; visits: number; scan: number; settled: number };

/** The number of characters in a gram. Each further character shifts the gram's hash by SHIFT bits. */
const GRAM = 3;
const SHIFT = 5;
const HASH_MASK = (1 << (GRAM * SHIFT)) - 1;
/** Up to this many needles, the finder searches the value for each of them, without grams. */
const FEW = 16;
/** If a gram occurs more often than this in a value, the finder searches the value for each needle of that gram. */
const VISITS_MAX = 16;

/**
 * Finds which of many texts (needles) a value contains. Each needle has one gram: three of its characters. As few
 * needles as possible share a gram. One walk over the value finds all grams, however many needles there are. Needles of
 * fewer than three characters, and up to 16 needles of any length, are searched one by one.
 */
export class ContainsFinder implements SlotFinder {
  private readonly needles = new Map<string, Needle>();
  private readonly bySlot = new Map<number, Needle>();
  private readonly short = new Set<Needle>();
  private readonly buckets = new Map<number, Bucket>();
  /** 1 at the index of each hash that has a bucket, 0 elsewhere; null for few needles */
  private hasBucket: Uint8Array | null = null;
  private scan = 0;

  constructor(private words: number) {}

  add(slot: number, question: OperandQuestion): void {
    const text = readTextOfQuestion(question);
    let needle = this.needles.get(text);
    if (!needle) {
      needle = { text, slots: new SlotSet(this.words), from: 0, scan: 0 };
      this.needles.set(text, needle);
      if (text.length < GRAM) this.short.add(needle);
      else this.addToBucket(needle);
      if (!this.hasBucket && this.needles.size > FEW) {
        this.hasBucket = new Uint8Array(HASH_MASK + 1);
        for (const hash of this.buckets.keys()) this.hasBucket[hash] = 1;
      }
    }
    needle.slots.add(slot);
    this.bySlot.set(slot, needle);
  }

  delete(slot: number): void {
    const needle = this.bySlot.get(slot);
    if (!needle) return;
    this.bySlot.delete(slot);
    needle.slots.delete(slot);
    if (needle.slots.size > 0) return;
    this.needles.delete(needle.text);
    if (!this.short.delete(needle)) this.deleteFromBucket(needle);
    if (this.needles.size <= FEW) this.hasBucket = null;
  }

  /** Tells whether a value contains the text of one slot. */
  holdsFor(slot: number, value: unknown): boolean {
    return (value as string).includes(this.bySlot.get(slot)?.text ?? "");
  }

  find(value: unknown, hits: MatchingSlots): void {
    const seen = value as string;
    const { hasBucket } = this;
    if (!hasBucket) {
      for (const { text, slots } of this.needles.values()) if (seen.includes(text)) hits.add(slots);
      return;
    }
    for (const { text, slots } of this.short) if (seen.includes(text)) hits.add(slots);
    this.scan += 1;
    for (let end = 0, hash = 0; end < seen.length; end++) {
      // After three shifts a character has left the hash.
      hash = ((hash << SHIFT) ^ seen.charCodeAt(end)) & HASH_MASK;
      if (hasBucket[hash] === 1 && end >= GRAM - 1) this.visit(this.buckets.get(hash)!, seen, end - GRAM + 1, hits);
    }
  }

  grow(words: number): void {
    this.words = words;
    for (const needle of this.needles.values()) needle.slots.grow(words);
  }

  // The method runs for each gram that a value shares with a needle. An object for its arguments would cost too much.
  // eslint-disable-next-line max-params
  private visit(bucket: Bucket, seen: string, at: number, hits: MatchingSlots): void {
    if (bucket.settled === this.scan) return;
    if (bucket.scan !== this.scan) {
      bucket.scan = this.scan;
      bucket.visits = 0;
    }
    const isLast = ++bucket.visits > VISITS_MAX;
    // The loop uses an index, because `for of` takes several times as long if a library has changed array iteration.
    const { needles } = bucket;
    for (let n = 0; n < needles.length; n++) {
      const needle = needles[n]!;
      if (needle.scan === this.scan) continue;
      const isThere = isLast ? seen.includes(needle.text) : seen.startsWith(needle.text, at - needle.from);
      if (!isThere) continue;
      needle.scan = this.scan;
      hits.add(needle.slots);
    }
    if (isLast) bucket.settled = this.scan;
  }

  private addToBucket(needle: Needle): void {
    let fewest = Number.POSITIVE_INFINITY;
    for (let from = 0; from + GRAM <= needle.text.length && fewest > 0; from++) {
      const size = this.buckets.get(hashAt(needle.text, from))?.needles.length ?? 0;
      if (size >= fewest) continue;
      fewest = size;
      needle.from = from;
    }
    const hash = hashAt(needle.text, needle.from);
    const bucket = this.buckets.get(hash);
    if (bucket) bucket.needles.push(needle);
    else this.buckets.set(hash, { needles: [needle], visits: 0, scan: 0, settled: 0 });
    if (this.hasBucket) this.hasBucket[hash] = 1;
  }

  private deleteFromBucket(needle: Needle): void {
    const hash = hashAt(needle.text, needle.from);
    const bucket = this.buckets.get(hash);
    if (!bucket) return;
    bucket.needles.splice(bucket.needles.indexOf(needle), 1);
    if (bucket.needles.length > 0) return;
    this.buckets.delete(hash);
    if (this.hasBucket) this.hasBucket[hash] = 0;
  }
}

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let end = at; end < at + GRAM; end++) hash = ((hash << SHIFT) ^ text.charCodeAt(end)) & HASH_MASK;
  return hash;
}
