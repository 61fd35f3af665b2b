import { clearBit, hasBit, setBit, type SlotSet } from "./slot-set";
import { setUnion, takeOut, takeOutDifferent } from "./word-ops";

/**
 * The slots whose question a value answers with yes: the union of lists and bitmaps, as the finders add them. One
 * instance serves all events.
 */
export class Hits {
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
   * Removes candidates whose question does not come out as wanted. A positive slot wants a yes and must be a hit. Any
   * other slot of the lane wants a no and must not be a hit.
   */
  apply(candidates: Int32Array, positives: SlotSet): void {
    const kept = this.keepListed(candidates, positives);
    const { bits, list } = positives;
    if (bits) this.takeOut(candidates, bits);
    else {
      if (this.bitmapCount > 0) takeOut(candidates, this.heldBits(candidates.length));
      for (let at = 0; at < list!.length; at++) clearBit(candidates, list![at]!);
    }
    for (let n = 0; n < this.listCount; n++) {
      const hits = this.lists[n]!;
      for (let at = 0; at < hits.length; at++) clearBit(candidates, hits[at]!);
    }
    for (let n = 0; n < kept; n++) setBit(candidates, this.kept[n]!);
  }

  /** Keeps the positive slots that `takeOut` does not handle. @returns their number */
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

  /** Removes each bit that is either positive or a hit, but not both. */
  private takeOut(candidates: Int32Array, positives: Int32Array): void {
    if (this.bitmapCount === 0) takeOut(candidates, positives);
    else takeOutDifferent(candidates, positives, this.heldBits(candidates.length));
  }

  /** Returns the union of the bitmaps, of which there is at least one, in this many words. */
  private heldBits(words: number): Int32Array {
    const first = this.bitmaps[0]!;
    if (this.bitmapCount === 1) return first;
    if (this.union.length !== words) this.union = new Int32Array(words);
    setUnion(this.union, first, this.bitmaps[1]!);
    for (let n = 2; n < this.bitmapCount; n++) setUnion(this.union, this.union, this.bitmaps[n]!);
    return this.union;
  }
}
