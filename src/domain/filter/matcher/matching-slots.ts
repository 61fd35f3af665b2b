import { clearBit, hasBit, setBit, type SlotSet } from "./slot-set";
import { writeUnionOfBits, removeBits, removeDifferingBits } from "./word-ops";

/**
 * The union of the slots that finders found for one value. A found slot is one whose question has the answer yes.
 * Finders add lists and bitmaps of slots. Every event uses the same instance again.
 */
export class MatchingSlots {
  private readonly lists: (readonly number[])[] = [];
  private listCount = 0;
  private readonly bitmaps: Int32Array[] = [];
  private bitmapCount = 0;
  private readonly kept: number[] = [];
  private union = new Int32Array(0);

  clear(): void {
    this.listCount = 0;
    this.bitmapCount = 0;
  }

  add(set: SlotSet): void {
    if (set.list) this.lists[this.listCount++] = set.list;
    else this.addBits(set.bits!);
  }

  addBits(bits: Int32Array): void {
    this.bitmaps[this.bitmapCount++] = bits;
  }

  /**
   * Removes the candidates (slots whose clause may still match) whose question does not have the wanted answer. A slot
   * of `positives` wants a yes, so it must be a hit. Any other slot of the index wants a no, so it must be no hit.
   */
  apply(candidates: Int32Array, positives: SlotSet): void {
    const kept = this.keepListed(candidates, positives);
    const { bits, list } = positives;
    if (bits) this.takeOut(candidates, bits);
    else {
      if (this.bitmapCount > 0) removeBits(candidates, this.heldBits(candidates.length));
      for (let at = 0; at < list!.length; at++) clearBit(candidates, list![at]!);
    }
    for (let n = 0; n < this.listCount; n++) {
      const hits = this.lists[n]!;
      for (let at = 0; at < hits.length; at++) clearBit(candidates, hits[at]!);
    }
    for (let n = 0; n < kept; n++) setBit(candidates, this.kept[n]!);
  }

  /**
   * Copies the candidates that are both positive and hits into `kept`, if the positives or the hits are a list.
   * `takeOut` compares only bitmaps.
   * @returns the number of these candidates
   */
  private keepListed(candidates: Int32Array, { bits, list }: SlotSet): number {
    let kept = 0;
    if (list) {
      for (let at = 0; at < list.length; at++) {
        const slot = list[at]!;
        if (hasBit(candidates, slot) && this.has(slot)) this.kept[kept++] = slot;
      }
      return kept;
    }
    for (let n = 0; n < this.listCount; n++) {
      const hits = this.lists[n]!;
      for (let at = 0; at < hits.length; at++) {
        const slot = hits[at]!;
        if (hasBit(candidates, slot) && hasBit(bits!, slot)) this.kept[kept++] = slot;
      }
    }
    return kept;
  }

  private has(slot: number): boolean {
    for (let n = 0; n < this.bitmapCount; n++) if (hasBit(this.bitmaps[n]!, slot)) return true;
    for (let n = 0; n < this.listCount; n++) if (this.lists[n]!.includes(slot)) return true;
    return false;
  }

  /** Removes the candidates whose bit differs between the positives and the bitmaps of hits. */
  private takeOut(candidates: Int32Array, positives: Int32Array): void {
    if (this.bitmapCount === 0) removeBits(candidates, positives);
    else removeDifferingBits(candidates, positives, this.heldBits(candidates.length));
  }

  /** Returns the union of the added bitmaps. There must be at least one. @param words the length of the union */
  private heldBits(words: number): Int32Array {
    const first = this.bitmaps[0]!;
    if (this.bitmapCount === 1) return first;
    if (this.union.length !== words) this.union = new Int32Array(words);
    writeUnionOfBits(this.union, first, this.bitmaps[1]!);
    for (let n = 2; n < this.bitmapCount; n++) writeUnionOfBits(this.union, this.union, this.bitmaps[n]!);
    return this.union;
  }
}
