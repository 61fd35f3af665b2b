import { compileKeyReader } from "../field-text";
import type { MatchingSlots } from "./matching-slots";
import { KEYED_LANE_COST, LiteralLane } from "./literal-lane";
import type { FilterPlace } from "./literal";
import { EventValue, type EventReading } from "./event-reading";

/** The lanes read up to this many keys one by one. */
const FEW = 16;

type Key = { lanes: LiteralLane[]; at(value: unknown): unknown };

/**
 * The lanes of an object column, by key. There may be thousands of keys, so only the lanes of keys in the event run.
 * Guards remove the slots that want a value at a key that the event lacks.
 */
export class KeyedLanes {
  readonly cost = KEYED_LANE_COST;
  private readonly keys = new Map<string, Key>();
  /** the names of the keys; null after a change, until they are listed again */
  private names: readonly string[] | null = null;
  /** the keys by their first name; an object without that name has no value at any of these keys */
  private readonly byFirstStep = new Map<string, Set<string>>();
  private readonly present: EventValue;
  /** guards: the first for the first key at which a slot wants a value, the second for its second key, and so on */
  private readonly guards: LiteralLane[] = [];

  constructor(
    private readonly place: FilterPlace,
    column: EventValue,
  ) {
    this.present = new EventValue(column, (raw) => this.presentKeys(raw));
  }

  get isEmpty(): boolean {
    return this.keys.size === 0;
  }

  guard(rank: number, words: number): LiteralLane {
    return (this.guards[rank] ??= new LiteralLane({ kind: "equal", place: this.place, value: this.present, words }));
  }

  insert(name: string, lane: LiteralLane): void {
    let key = this.keys.get(name);
    if (!key) {
      this.keys.set(name, (key = { lanes: [], at: compileKeyReader(name) }));
      this.names = null;
      const step = firstStep(name);
      this.byFirstStep.set(step, (this.byFirstStep.get(step) ?? new Set()).add(name));
    }
    key.lanes.push(lane);
    key.lanes.sort((left, right) => left.cost - right.cost);
  }

  remove(name: string, lane: LiteralLane): void {
    const key = this.keys.get(name);
    if (!key) return;
    key.lanes.splice(key.lanes.indexOf(lane), 1);
    if (key.lanes.length > 0) return;
    this.keys.delete(name);
    this.names = null;
    const siblings = this.byFirstStep.get(firstStep(name));
    siblings?.delete(name);
    if (siblings?.size === 0) this.byFirstStep.delete(firstStep(name));
  }

  grow(words: number): void {
    for (const guard of this.guards) guard.grow(words);
  }

  apply(candidates: Int32Array, reading: EventReading, hits: MatchingSlots): void {
    const present = this.present.get(reading) as string[];
    if (present.length < this.keys.size) {
      for (const guard of this.guards) if (guard.size > 0) guard.apply(candidates, reading, hits);
    }
    for (let n = 0; n < present.length; n++) {
      const { lanes } = this.keys.get(present[n]!)!;
      for (let at = 0; at < lanes.length; at++) lanes[at]!.apply(candidates, reading, hits);
    }
  }

  /** Lists the keys at which the value may hold something. */
  private presentKeys(raw: unknown): string[] {
    if (typeof raw !== "object" || raw === null) return [];
    // A list has many indices, but few keys name an index. So each key is looked up in the list.
    if (this.keys.size <= FEW || Array.isArray(raw)) {
      this.names ??= [...this.keys.keys()];
      return this.names.filter((name) => (this.keys.get(name)!.at(raw) ?? null) !== null);
    }
    const steps = new Set(Object.keys(raw).map(firstStep));
    return [...steps].flatMap((step) => [...(this.byFirstStep.get(step) ?? [])]);
  }
}

function firstStep(key: string): string {
  const dot = key.indexOf(".");
  return dot < 0 ? key : key.slice(0, dot);
}
