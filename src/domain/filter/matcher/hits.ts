import { clearBit, hasBit, setBit, type SlotSet } from "./slot-set";

/**
 * The slots for which a value holds, as they were found: lists and bitmaps, whose union they are. Used again and again. The
 * loops are plain ones: this is where the time of a match goes.
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
   * Takes out of the candidates the positives that are not among these slots, and the others that are. Positives want the
   * value to hold; others among these slots want it not to.
   */
  apply(candidates: Int32Array, positives: SlotSet): void {
    const kept = this.keepListed(candidates, positives);
    const { bits, list } = positives;
    if (bits) this.takeOut(candidates, bits);
    else {
      if (this.bitmapCount > 0) this.takeOutHeld(candidates);
      for (let at = 0; at < list!.length; at++) clearBit(candidates, list![at]!);
    }
    for (let n = 0; n < this.listCount; n++) {
      const hits = this.lists[n]!;
      for (let at = 0; at < hits.length; at++) clearBit(candidates, hits[at]!);
    }
    for (let n = 0; n < kept; n++) setBit(candidates, this.kept[n]!);
  }

  /** Remembers the positives that are to stay and that `takeOut` does not see to, and says how many. */
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

  /** A bit goes where it is positive or held, but not both. */
  private takeOut(candidates: Int32Array, positives: Int32Array): void {
    const words = candidates.length;
    if (this.bitmapCount === 0) {
      for (let word = 0; word < words; word++) candidates[word]! &= ~positives[word]!;
      return;
    }
    const held = this.bitmapCount === 1 ? this.bitmaps[0]! : this.unionOfBitmaps();
    for (let word = 0; word < words; word++) candidates[word]! &= ~(positives[word]! ^ held[word]!);
  }

  private takeOutHeld(candidates: Int32Array): void {
    const held = this.unionOfBitmaps();
    for (let word = 0; word < candidates.length; word++) candidates[word]! &= ~held[word]!;
  }

  private unionOfBitmaps(): Int32Array {
    const first = this.bitmaps[0]!;
    if (this.union.length !== first.length) this.union = new Int32Array(first.length);
    const { union } = this;
    union.set(first);
    for (let n = 1; n < this.bitmapCount; n++) {
      const bits = this.bitmaps[n]!;
      for (let word = 0; word < union.length; word++) union[word]! |= bits[word]!;
    }
    return union;
  }
}
