import { compileKeyReader } from "../field-text";
import type { MatchingSlots } from "./matching-slots";
import { KEYED_INDEX_COST_RANK, LiteralIndex } from "./literal-index";
import type { FilterOperand } from "./literal";
import { EventValue, type CurrentEvent } from "./event-values";

/**
 * With at most this many keys, and in a list, each key is looked up in the event's value. With more keys, every key
 * whose path begins with a member of the object counts as present.
 */
const FEW = 16;

type Key = { indexes: LiteralIndex[]; at(value: unknown): unknown };

/**
 * The literal indexes of an object column, by key. There may be thousands of keys, so only the indexes of keys in the
 * event run. A guard removes the slots (clauses of filters) that want a value at a key that the event lacks.
 */
export class KeyedLiteralIndexes {
  readonly cost = KEYED_INDEX_COST_RANK;
  private readonly keys = new Map<string, Key>();
  /** the names of the keys; null after a change, until they are listed again */
  private names: readonly string[] | null = null;
  /** the keys by the first name of their path; an object without that name has no value at any of these keys */
  private readonly byFirstStep = new Map<string, Set<string>>();
  private readonly present: EventValue;
  /** the guards; guard 0 checks the first key at which a slot wants a value, guard 1 its second key, and so on */
  private readonly guards: LiteralIndex[] = [];

  constructor(
    private readonly operand: FilterOperand,
    column: EventValue,
  ) {
    this.present = new EventValue(column, (raw) => this.presentKeys(raw));
  }

  get isEmpty(): boolean {
    return this.keys.size === 0;
  }

  guard(rank: number, words: number): LiteralIndex {
    return (this.guards[rank] ??= new LiteralIndex({
      kind: "equal",
      operand: this.operand,
      value: this.present,
      words,
    }));
  }

  insert(name: string, index: LiteralIndex): void {
    let key = this.keys.get(name);
    if (!key) {
      this.keys.set(name, (key = { indexes: [], at: compileKeyReader(name) }));
      this.names = null;
      const step = firstStep(name);
      this.byFirstStep.set(step, (this.byFirstStep.get(step) ?? new Set()).add(name));
    }
    key.indexes.push(index);
    key.indexes.sort((left, right) => left.cost - right.cost);
  }

  remove(name: string, index: LiteralIndex): void {
    const key = this.keys.get(name);
    if (!key) return;
    key.indexes.splice(key.indexes.indexOf(index), 1);
    if (key.indexes.length > 0) return;
    this.keys.delete(name);
    this.names = null;
    const siblings = this.byFirstStep.get(firstStep(name));
    siblings?.delete(name);
    if (siblings?.size === 0) this.byFirstStep.delete(firstStep(name));
  }

  grow(words: number): void {
    for (const guard of this.guards) guard.grow(words);
  }

  apply(candidates: Int32Array, event: CurrentEvent, hits: MatchingSlots): void {
    const present = this.present.get(event) as string[];
    if (present.length < this.keys.size) {
      for (const guard of this.guards) if (guard.size > 0) guard.apply(candidates, event, hits);
    }
    for (let n = 0; n < present.length; n++) {
      const { indexes } = this.keys.get(present[n]!)!;
      for (let at = 0; at < indexes.length; at++) indexes[at]!.apply(candidates, event, hits);
    }
  }

  /** Lists the keys at which an object of the event may have a value. */
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
