import { ContainsFinder } from "./contains-finder";
import { AffixFinder, EqualFinder, PresenceFinder, type SlotFinder } from "./slot-finder";
import type { MatchingSlots } from "./matching-slots";
import type { FilterPlace, PlaceQuestion } from "./literal";
import type { EventReading, EventValue } from "./event-reading";
import { clearBit, slotsInBoth, SlotSet } from "./slot-set";
import { ThresholdFinder } from "./threshold-finder";

/** The lane checks up to this many candidates one by one, if they search for a text. */
const FEW = 8;

/** The kinds of questions that a lane can answer: every kind but `test`. */
export type LaneKind = Exclude<PlaceQuestion["kind"], "test">;

type LaneInput = { kind: LaneKind; place: FilterPlace; value: EventValue; words: number };
/** All literals of one kind about one place. A slot has at most one literal in a lane. */
export class LiteralLane {
  private readonly kind: LaneKind;
  private readonly cares: SlotSet;
  /** the slots whose literal wants a yes as the answer */
  private readonly positives: SlotSet;
  private readonly finder: SlotFinder;
  private readonly isCostly: boolean;
  private readonly isLong: boolean;
  private readonly masks = new Masks();
  /** lanes run in the order of their cost, the lowest first, so that a costly lane has few candidates left */
  readonly cost: number;
  readonly value: EventValue;

  constructor({ kind, place, value, words }: LaneInput) {
    this.kind = kind;
    this.value = value;
    this.cares = new SlotSet(words);
    this.positives = new SlotSet(words);
    this.finder = finderOf(kind, words);
    this.isLong = place.column.type === "text" || (place.column.type === "stringObject" && place.key === undefined);
    this.cost = costs[kind] + (this.isLong ? costOfLong : 0);
    this.isCostly = this.cost >= costs.starts;
  }

  get size(): number {
    return this.cares.size;
  }

  add(slot: number, question: PlaceQuestion, wanted: boolean): void {
    this.masks.clear();
    this.cares.add(slot);
    if (wanted) this.positives.add(slot);
    this.finder.add(slot, question);
  }

  delete(slot: number, question: PlaceQuestion, wanted: boolean): void {
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

  /** Returns the kept mask for the event's value. Returns null without one; the caller must then call `apply`. */
  maskFor(reading: EventReading, hits: MatchingSlots, words: number): Int32Array | null {
    // A long text is read only if candidates search it. And few slots are checked faster than a mask is applied.
    if (this.isLong || this.cares.list) return null;
    const mask = this.masks.of(this.maskKey(this.value.get(reading)), words);
    if (!mask) return null;
    if (!mask.isMade) {
      mask.bits.fill(-1);
      this.narrow(mask.bits, reading, hits);
      mask.isMade = true;
    }
    return mask.bits;
  }

  /** Removes the candidates whose literal is false for this event. A negated literal is true if the answer is no. */
  apply(candidates: Int32Array, reading: EventReading, hits: MatchingSlots): void {
    const few = this.isCostly ? slotsInBoth(candidates, this.cares, FEW) : null;
    if (few?.length === 0) return;
    const value = this.value.get(reading);
    if (few && this.finder instanceof ContainsFinder) {
      for (const slot of few) {
        if ((value !== null && this.finder.holdsFor(slot, value)) !== this.positives.has(slot))
          clearBit(candidates, slot);
      }
      return;
    }
    this.narrow(candidates, reading, hits);
  }

  private narrow(candidates: Int32Array, reading: EventReading, hits: MatchingSlots): void {
    const value = this.value.get(reading);
    hits.clear();
    if (value !== null) this.finder.find(value, hits);
    hits.apply(candidates, this.positives);
  }

  /** Returns the key under which a mask is kept; undefined if the value is too long. */
  private maskKey(value: unknown): unknown {
    if (this.kind === "present") return value !== null;
    if (this.kind === "above" || this.kind === "below") return value === null ? null : undefined;
    if (typeof value === "string") return value.length <= KEPT_LENGTH_MAX ? value : undefined;
    return typeof value === "object" && value !== null ? undefined : value;
  }
}

/** The most characters of a value with a mask. Longer texts seldom repeat, and their look-up is slow. */
const KEPT_LENGTH_MAX = 64;
/** The most masks of a lane. The lane then drops all masks and starts again. */
const KEPT_MAX = 128;

type Mask = { bits: Int32Array; isMade: boolean };

/**
 * The masks of a lane, by value. Most columns have few values, which repeat. A mask holds the bits that stay for a
 * value. It is kept from the second occurrence of the value on.
 */
class Masks {
  private readonly byValue = new Map<unknown, Mask | null>();

  clear(): void {
    if (this.byValue.size > 0) this.byValue.clear();
  }

  /** Returns the mask of a value, which is empty if it is new. Null if the lane keeps no mask for this value. */
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

const costs: Record<LaneKind, number> = { equal: 0, present: 0, above: 1, below: 1, starts: 3, ends: 3, contains: 4 };
const costOfLong = 10;
/** The cost of the lanes of an object's keys: they run after plain columns, and before lanes that walk over text. */
export const KEYED_LANE_COST = 2;

function finderOf(kind: LaneKind, words: number): SlotFinder {
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
