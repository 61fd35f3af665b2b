import { ContainsFinder } from "./contains-finder";
import { AffixFinder, EqualFinder, PresenceFinder, type SlotFinder } from "./slot-finder";
import type { MatchingSlots } from "./matching-slots";
import type { FilterOperand, OperandQuestion } from "./literal";
import type { CurrentEvent, EventValue } from "./event-values";
import { clearBit, listSlotsInBoth, SlotSet } from "./slot-set";
import { ThresholdFinder } from "./threshold-finder";

/** With at most this many candidates left, an index of text searches tests each candidate by itself. */
const FEW = 8;

/** The kinds of questions that a literal index can answer: every kind but `test`. */
export type IndexedQuestionKind = Exclude<OperandQuestion["kind"], "test">;

type LiteralIndexInput = { kind: IndexedQuestionKind; operand: FilterOperand; value: EventValue; words: number };
/**
 * An index of all literals with one kind of question about one operand (a column, or a key in it). A slot (one clause
 * of a filter) has at most one literal in the index.
 */
export class LiteralIndex {
  private readonly kind: IndexedQuestionKind;
  private readonly cares: SlotSet;
  /** the slots whose literal wants the answer yes */
  private readonly positives: SlotSet;
  private readonly finder: SlotFinder;
  private readonly isCostly: boolean;
  private readonly isLong: boolean;
  private readonly masks = new Masks();
  /** the rank in the order of the indexes: a costly index runs late, so that few candidates are left for it */
  readonly cost: number;
  readonly value: EventValue;

  constructor({ kind, operand, value, words }: LiteralIndexInput) {
    this.kind = kind;
    this.value = value;
    this.cares = new SlotSet(words);
    this.positives = new SlotSet(words);
    this.finder = finderOf(kind, words);
    this.isLong =
      operand.column.type === "text" || (operand.column.type === "stringObject" && operand.key === undefined);
    this.cost = costs[kind] + (this.isLong ? costOfLong : 0);
    this.isCostly = this.cost >= costs.starts;
  }

  get size(): number {
    return this.cares.size;
  }

  add(slot: number, question: OperandQuestion, wanted: boolean): void {
    this.masks.clear();
    this.cares.add(slot);
    if (wanted) this.positives.add(slot);
    this.finder.add(slot, question);
  }

  delete(slot: number, question: OperandQuestion, wanted: boolean): void {
    this.masks.clear();
    this.cares.delete(slot);
    if (wanted) this.positives.delete(slot);
    this.finder.delete(slot, question);
  }

  grow(words: number): void {
    this.masks.clear();
    this.cares.grow(words);
    this.positives.grow(words);
    this.finder.grow(words);
  }

  /**
   * Returns a bitmap of the slots that may stay with the event's value. It makes and caches the bitmap when the value
   * occurs for the second time. Null without a bitmap: the caller must then call `apply`.
   */
  maskFor(event: CurrentEvent, hits: MatchingSlots, words: number): Int32Array | null {
    // A mask would not pay: a long text is read only if a candidate needs it, and few slots are checked faster.
    if (this.isLong || this.cares.list) return null;
    const mask = this.masks.of(this.maskKey(this.value.get(event)), words);
    if (!mask) return null;
    if (!mask.isMade) {
      mask.bits.fill(-1);
      this.narrow(mask.bits, event, hits);
      mask.isMade = true;
    }
    return mask.bits;
  }

  /** Removes the candidates whose literal is false for this event. A negated literal is true if the answer is no. */
  apply(candidates: Int32Array, event: CurrentEvent, hits: MatchingSlots): void {
    const few = this.isCostly ? listSlotsInBoth(candidates, this.cares, FEW) : null;
    if (few?.length === 0) return;
    const value = this.value.get(event);
    if (few && this.finder instanceof ContainsFinder) {
      for (const slot of few) {
        if ((value !== null && this.finder.holdsFor(slot, value)) !== this.positives.has(slot))
          clearBit(candidates, slot);
      }
      return;
    }
    this.narrow(candidates, event, hits);
  }

  private narrow(candidates: Int32Array, event: CurrentEvent, hits: MatchingSlots): void {
    const value = this.value.get(event);
    hits.clear();
    if (value !== null) this.finder.find(value, hits);
    hits.apply(candidates, this.positives);
  }

  /** Returns the cache key for the mask of a value; undefined if masks of such a value are not cached. */
  private maskKey(value: unknown): unknown {
    if (this.kind === "present") return value !== null;
    if (this.kind === "above" || this.kind === "below") return value === null ? null : undefined;
    if (typeof value === "string") return value.length <= KEPT_LENGTH_MAX ? value : undefined;
    return typeof value === "object" && value !== null ? undefined : value;
  }
}

/** The most characters of a text with a cached mask. Longer texts seldom repeat, and their look-up is slow. */
const KEPT_LENGTH_MAX = 64;
/** The most masks that an index caches, one for each value. A full cache is emptied. */
const KEPT_MAX = 128;

type Mask = { bits: Int32Array; isMade: boolean };

/**
 * The cached masks of a literal index, by cache key. Most columns have few values, which repeat. A mask is the bitmap
 * of the slots that a value lets stay. It is cached from the second occurrence of its key on.
 */
class Masks {
  private readonly byValue = new Map<unknown, Mask | null>();

  clear(): void {
    if (this.byValue.size > 0) this.byValue.clear();
  }

  /**
   * Returns the mask of a cache key. The caller must fill a mask whose `isMade` is false. Null for the key `undefined`,
   * and at the first occurrence of a key since the cache was last emptied or its masks had another length.
   */
  of(key: unknown, words: number): Mask | null {
    if (key === undefined) return null;
    const known = this.byValue.get(key);
    if (known && known.bits.length === words) return known;
    if (this.byValue.size >= KEPT_MAX) this.byValue.clear();
    const mask = known === undefined ? null : { bits: new Int32Array(words), isMade: false };
    this.byValue.set(key, mask);
    return mask;
  }
}

const costs: Record<IndexedQuestionKind, number> = {
  equal: 0,
  present: 0,
  above: 1,
  below: 1,
  starts: 3,
  ends: 3,
  contains: 4,
};
const costOfLong = 10;
/**
 * The cost that orders the indexes of an object's keys: after those of plain columns, and before those that search
 * texts.
 */
export const KEYED_INDEX_COST_RANK = 2;

function finderOf(kind: IndexedQuestionKind, words: number): SlotFinder {
  switch (kind) {
    case "equal":
      return new EqualFinder(words);
    case "present":
      return new PresenceFinder(words);
    case "above":
    case "below":
      return new ThresholdFinder(words, kind);
    case "starts":
    case "ends":
      return new AffixFinder(words, kind);
    case "contains":
      return new ContainsFinder(words);
    default:
      return kind satisfies never;
  }
}
