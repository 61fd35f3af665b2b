import type { Hits } from "./hits";
import { KeyedLanes } from "./keyed-lanes";
import { Lane, type LaneKind } from "./lane";
import { placeId, type Literal, type Place, type Question } from "./literal";
import type { Reading, Values } from "./reading";
import { keepOnly, keepOnlyBoth } from "./word-ops";

/** A slot asks a lane one question; more of the same kind go to lanes beside it, of which there are so many. */
const RANKS = 4;

/** Takes out again what was put in. */
export type Undo = () => void;

/** All lanes of a matcher. A lane is there as long as a slot asks it something. */
export class Lanes {
  private readonly byId = new Map<string, Lane>();
  private readonly keyed = new Map<string, KeyedLanes>();
  /** in the order in which they run */
  private steps: (Lane | KeyedLanes)[] = [];

  constructor(
    private readonly values: Values,
    private words: number,
  ) {}

  grow(words: number): void {
    this.words = words;
    for (const lane of this.byId.values()) lane.grow(words);
    for (const keyed of this.keyed.values()) keyed.grow(words);
  }

  apply(candidates: Int32Array, reading: Reading, hits: Hits): void {
    const { steps } = this;
    // Masks are applied two at a time: a walk over the candidates costs more than what is done there.
    let held: Int32Array | null = null;
    for (let n = 0; n < steps.length; n++) {
      const step = steps[n]!;
      const mask = step instanceof Lane ? step.maskFor(reading, hits, candidates.length) : null;
      if (mask && held) {
        keepOnlyBoth(candidates, held, mask);
        held = null;
      } else if (mask) held = mask;
      else {
        if (held) keepOnly(candidates, held);
        held = null;
        step.apply(candidates, reading, hits);
      }
    }
    if (held) keepOnly(candidates, held);
  }

  /** For one slot, whose literals it is called with one after the other: null where the slot has no room left for it. */
  placer(slot: number): (literal: Literal) => Undo[] | null {
    const ranks = new Map<string, number>();
    const guarded = new Set<string>();
    return (literal) => {
      const { place, question, wanted } = literal;
      if (question.kind === "test") return null;
      const id = `${question.kind} ${placeId(place)}`;
      const rank = ranks.get(id) ?? 0;
      const needsGuard = place.key !== undefined && wanted && !guarded.has(`${place.column.id} ${place.key}`);
      const guards = `guards ${place.column.id}`;
      const guardRank = ranks.get(guards) ?? 0;
      if (rank >= RANKS || (needsGuard && guardRank >= RANKS)) return null;
      ranks.set(id, rank + 1);
      const placed = [this.put(slot, literal, question.kind, `${id} ${rank}`)];
      if (needsGuard) {
        ranks.set(guards, guardRank + 1);
        guarded.add(`${place.column.id} ${place.key}`);
        placed.push(this.putGuard(slot, place, guardRank));
      }
      return placed;
    };
  }

  private put(slot: number, { place, question, wanted }: Literal, kind: LaneKind, id: string): Undo {
    const lane = this.byId.get(id) ?? this.make(id, kind, place);
    lane.add(slot, question, wanted);
    return () => {
      lane.delete(slot, question, wanted);
      if (lane.size === 0) this.drop(id, lane, place);
    };
  }

  private putGuard(slot: number, place: Place, rank: number): Undo {
    const lane = this.keyed.get(place.column.id)!.guard(rank, this.words);
    const question: Question = { kind: "equal", values: [place.key!] };
    lane.add(slot, question, true);
    return () => lane.delete(slot, question, true);
  }

  private make(id: string, kind: LaneKind, place: Place): Lane {
    const lane = new Lane(kind, place, this.values.at(placeId(place), place), this.words);
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

  private drop(id: string, lane: Lane, place: Place): void {
    this.byId.delete(id);
    this.values.release(placeId(place));
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

  private addStep(step: Lane | KeyedLanes): void {
    this.steps = [...this.steps, step].sort((left, right) => left.cost - right.cost);
  }
}
