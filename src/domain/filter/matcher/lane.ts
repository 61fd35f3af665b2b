import { ContainsFinder } from "./contains-finder";
import { AffixFinder, EqualFinder, PresentFinder, type Finder } from "./finder";
import type { Hits } from "./hits";
import type { Place, Question } from "./literal";
import type { Reading, Value } from "./reading";
import { clearBit, slotsInBoth, SlotSet } from "./slot-set";
import { ThresholdFinder } from "./threshold-finder";

/** Where at most this many candidates ask for a text, each is answered for itself. */
const FEW = 8;

/** The questions a lane can answer: all but `test`. */
export type LaneKind = Exclude<Question["kind"], "test">;

/** All literals of one kind at one place, at most one a slot. */
export class Lane {
  private readonly cares: SlotSet;
  /** those of them whose literal wants the answer to be yes */
  private readonly positives: SlotSet;
  private readonly finder: Finder;
  private readonly isCostly: boolean;
  /** lanes run by this, lowest first: what is dear to answer is asked for the fewest candidates */
  readonly cost: number;

  constructor(
    kind: LaneKind,
    place: Place,
    readonly value: Value,
    words: number,
  ) {
    this.cares = new SlotSet(words);
    this.positives = new SlotSet(words);
    this.finder = finderOf(kind, words);
    const isLong = place.column.type === "text" || (place.column.type === "stringObject" && place.key === undefined);
    this.cost = costs[kind] + (isLong ? costOfLong : 0);
    this.isCostly = this.cost >= costs.starts;
  }

  get size(): number {
    return this.cares.size;
  }

  add(slot: number, question: Question, wanted: boolean): void {
    this.cares.add(slot);
    if (wanted) this.positives.add(slot);
    this.finder.add(slot, question);
  }

  delete(slot: number, question: Question, wanted: boolean): void {
    this.cares.delete(slot);
    if (wanted) this.positives.delete(slot);
    this.finder.delete(slot, question);
  }

  grow(words: number): void {
    this.cares.grow(words);
    this.positives.grow(words);
    this.finder.grow(words);
  }

  /** Takes out of the candidates those whose literal does not come out as wanted. */
  apply(candidates: Int32Array, reading: Reading, hits: Hits): void {
    const few = this.isCostly ? slotsInBoth(candidates, this.cares, FEW) : null;
    if (few?.length === 0) return;
    const value = this.value.get(reading);
    if (few && this.finder instanceof ContainsFinder) {
      for (const slot of few) {
        if ((value !== null && this.finder.holdsFor(slot, value)) !== this.positives.has(slot)) clearBit(candidates, slot);
      }
      return;
    }
    hits.clear();
    if (value !== null) this.finder.find(value, hits);
    hits.apply(candidates, this.positives);
  }
}

const costs: Record<LaneKind, number> = { equal: 0, present: 0, above: 1, below: 1, starts: 3, ends: 3, contains: 4 };
const costOfLong = 10;
/** Of all lanes of an object's keys together: between those of plain columns and those that walk over text. */
export const COST_OF_KEYS = 2;

function finderOf(kind: LaneKind, words: number): Finder {
  switch (kind) {
    case "equal":
      return new EqualFinder(words);
    case "present":
      return new PresentFinder(words);
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
