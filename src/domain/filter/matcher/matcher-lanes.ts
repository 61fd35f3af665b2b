import type { MatchingSlots } from "./matching-slots";
import { KeyedLanes } from "./keyed-lanes";
import { LiteralLane, type LaneKind } from "./literal-lane";
import { filterPlaceId, type FilterLiteral, type FilterPlace, type PlaceQuestion } from "./literal";
import type { EventReading, EventValues } from "./event-reading";
import { intersectBits, intersectWithBoth } from "./word-ops";

/**
 * The most lanes of one kind about one place. A slot asks each lane one question, so further questions of the same kind
 * go to the next lane.
 */
const RANKS = 4;

/** Removes an entry from its lane. */
export type RemoveFromLane = () => void;

/**
 * All lanes of a matcher. A lane answers one kind of question about one place. When its last slot goes, the lane goes
 * too.
 */
export class MatcherLanes {
  private readonly byId = new Map<string, LiteralLane>();
  private readonly keyed = new Map<string, KeyedLanes>();
  /** the lanes in the order in which they run */
  private steps: (LiteralLane | KeyedLanes)[] = [];

  constructor(
    private readonly values: EventValues,
    private words: number,
  ) {}

  grow(words: number): void {
    this.words = words;
    for (const lane of this.byId.values()) lane.grow(words);
    for (const keyed of this.keyed.values()) keyed.grow(words);
  }

  apply(candidates: Int32Array, reading: EventReading, hits: MatchingSlots): void {
    const { steps } = this;
    // Two masks are applied at a time, because the walk over the candidates takes longer than the operations.
    let held: Int32Array | null = null;
    for (let n = 0; n < steps.length; n++) {
      const step = steps[n]!;
      const mask = step instanceof LiteralLane ? step.maskFor(reading, hits, candidates.length) : null;
      if (mask && held) {
        intersectWithBoth(candidates, held, mask);
        held = null;
      } else if (mask) held = mask;
      else {
        if (held) intersectBits(candidates, held);
        held = null;
        step.apply(candidates, reading, hits);
      }
    }
    if (held) intersectBits(candidates, held);
  }

  /**
   * Returns a function that adds one literal of a slot at each call. The function returns null if the slot has no lane
   * left.
   */
  placer(slot: number): (literal: FilterLiteral) => RemoveFromLane[] | null {
    const ranks = new Map<string, number>();
    const guarded = new Set<string>();
    return (literal) => {
      const { place, question, wanted } = literal;
      if (question.kind === "test") return null;
      const id = `${question.kind} ${filterPlaceId(place)}`;
      const rank = ranks.get(id) ?? 0;
      const needsGuard = place.key !== undefined && wanted && !guarded.has(`${place.column.id} ${place.key}`);
      const guards = `guards ${place.column.id}`;
      const guardRank = ranks.get(guards) ?? 0;
      if (rank >= RANKS || (needsGuard && guardRank >= RANKS)) return null;
      ranks.set(id, rank + 1);
      const placed = [this.put(slot, literal, { kind: question.kind, id: `${id} ${rank}` })];
      if (needsGuard) {
        ranks.set(guards, guardRank + 1);
        guarded.add(`${place.column.id} ${place.key}`);
        placed.push(this.putGuard(slot, place, guardRank));
      }
      return placed;
    };
  }

  private put(
    slot: number,
    { place, question, wanted }: FilterLiteral,
    { kind, id }: { kind: LaneKind; id: string },
  ): RemoveFromLane {
    const lane = this.byId.get(id) ?? this.make(id, kind, place);
    lane.add(slot, question, wanted);
    return () => {
      lane.delete(slot, question, wanted);
      if (lane.size === 0) this.drop(id, lane, place);
    };
  }

  private putGuard(slot: number, place: FilterPlace, rank: number): RemoveFromLane {
    const lane = this.keyed.get(place.column.id)!.guard(rank, this.words);
    const question: PlaceQuestion = { kind: "equal", values: [place.key!] };
    lane.add(slot, question, true);
    return () => lane.delete(slot, question, true);
  }

  private make(id: string, kind: LaneKind, place: FilterPlace): LiteralLane {
    const lane = new LiteralLane({
      kind,
      place,
      value: this.values.at(filterPlaceId(place), place),
      words: this.words,
    });
    this.byId.set(id, lane);
    if (place.key === undefined) this.addStep(lane);
    else {
      let keyed = this.keyed.get(place.column.id);
      if (!keyed) {
        keyed = new KeyedLanes(place, this.values.openedColumn(place.column));
        this.keyed.set(place.column.id, keyed);
        this.addStep(keyed);
      }
      keyed.insert(place.key, lane);
    }
    return lane;
  }

  private drop(id: string, lane: LiteralLane, place: FilterPlace): void {
    this.byId.delete(id);
    this.values.release(filterPlaceId(place));
    if (place.key === undefined) {
      this.steps = this.steps.filter((step) => step !== lane);
      return;
    }
    const keyed = this.keyed.get(place.column.id)!;
    keyed.remove(place.key, lane);
    if (!keyed.isEmpty) return;
    this.keyed.delete(place.column.id);
    this.steps = this.steps.filter((step) => step !== keyed);
  }

  private addStep(step: LiteralLane | KeyedLanes): void {
    this.steps = [...this.steps, step].sort((left, right) => left.cost - right.cost);
  }
}
