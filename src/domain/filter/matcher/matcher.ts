import type { EventColumn } from "../../event-source/event-source";
import { checkFilter, FilterError, type FilterCheckOptions, type FilterableSource } from "../check-filter";
import type { RegexResultLookup } from "../regex";
import type { Filter } from "../schema";
import { expandIntoClauses, type FilterClause } from "./clauses";
import { MatchingSlots } from "./matching-slots";
import { LiteralIndexes, type RemoveFromIndex } from "./literal-indexes";
import { SharedCheckPool, type CheckWithWantedAnswer } from "./shared-checks";
import { CurrentEvent, EventValues } from "./event-values";
import { clearBit, findLowestSlot, setBit, widenBitmap } from "./slot-set";
import { BITMAP_WORDS_PER_ROUND } from "./word-ops";

/** An index over the filters of many triggers. One call evaluates all filters. */
export type TriggerMatcher = {
  /**
   * Adds a filter, or replaces the filter with that id.
   * @throws FilterError with every problem of a filter that cannot be evaluated; the earlier filter then stays
   */
  set(id: string, filter: Filter, options?: FilterCheckOptions): void;
  /** Removes a filter. @returns whether there was one */
  remove(id: string): boolean;
  /**
   * Returns the ids of the filters that match a parsed payload, in no particular order. `evaluate` of a compiled filter
   * gives the same results.
   * @param lookup returns the results of long regular expressions
   */
  match(state: unknown, lookup?: RegexResultLookup): string[];
  readonly size: number;
};

type Entry = { slots: number[]; matchedAt: number };
/**
 * One clause of a filter. `placed` removes its literals from their indexes. `checks` holds the conditions that no index
 * answers.
 */
type Slot = { entry: Entry; placed: RemoveFromIndex[]; checks: CheckWithWantedAnswer[] };

const WORDS_AT_FIRST = BITMAP_WORDS_PER_ROUND;
const BITS = 32;

/**
 * Makes a matcher. A filter is expanded into clauses, of which one must hold. Each clause has a slot: its bit in every
 * bitmap. A literal index answers one kind of question, such as `level = ?`, for all slots at once. So an event costs
 * each index a look-up and a walk over the bitmaps. Conditions without an index are evaluated only for the slots that
 * are left. Slots of removed triggers are used again.
 */
export function createTriggerMatcher(source: FilterableSource): TriggerMatcher {
  const columns = new Map<string, EventColumn<unknown>>(source.columns.map((column) => [column.id, column]));
  const index = new Index(columns);
  return {
    set: (id, filter, options) => {
      const problems = checkFilter(source, filter, options);
      if (problems.length > 0) throw new FilterError(problems);
      index.set(id, expandIntoClauses(columns, filter));
    },
    remove: (id) => index.remove(id),
    match: (state, lookup) => index.match(state, lookup),
    get size() {
      return index.size;
    },
  };
}

class Index {
  private words = WORDS_AT_FIRST;
  private readonly entries = new Map<string, Entry>();
  private readonly slots: (Slot | null)[] = [];
  private readonly free: number[] = [];
  /** the id of each slot's filter */
  private readonly ids: string[] = [];
  /**
   * the bitmap of slots that need no check and are the only slot of their filter, so that such a candidate is a match
   */
  private plain = new Int32Array(WORDS_AT_FIRST);
  /** the bitmap of all slots in use */
  private active = new Int32Array(WORDS_AT_FIRST);
  /**
   * the bitmap of the slots that may match the current event; its size fits the most slots that were ever in use at
   * once
   */
  private candidates = new Int32Array(0);
  private readonly event = new CurrentEvent();
  private readonly hits = new MatchingSlots();
  private readonly sharedChecks: SharedCheckPool;
  private readonly literalIndexes: LiteralIndexes;

  constructor(columns: ReadonlyMap<string, EventColumn<unknown>>) {
    const values = new EventValues(columns.values());
    this.sharedChecks = new SharedCheckPool(values);
    this.literalIndexes = new LiteralIndexes(values, this.words);
  }

  get size(): number {
    return this.entries.size;
  }

  set(id: string, clauses: readonly FilterClause[]): void {
    const before = this.entries.get(id);
    const entry: Entry = { slots: [], matchedAt: 0 };
    // The new clauses are added before the old clauses are removed, so that indexes that both use stay.
    for (const clause of clauses) {
      const slot = this.addSlot(entry, clause);
      entry.slots.push(slot);
      this.ids[slot] = id;
      if (clauses.length === 1 && this.slots[slot]!.checks.length === 0) setBit(this.plain, slot);
    }
    if (before) this.removeSlots(before);
    this.entries.set(id, entry);
  }

  remove(id: string): boolean {
    const entry = this.entries.get(id);
    if (entry) this.removeSlots(entry);
    return this.entries.delete(id);
  }

  match(state: unknown, lookup: RegexResultLookup | undefined): string[] {
    const { event, candidates } = this;
    event.begin(state, lookup);
    try {
      candidates.set(this.active.subarray(0, candidates.length));
      this.literalIndexes.apply(candidates, event, this.hits);
      return this.matchesAmong(candidates);
    } finally {
      event.end();
    }
  }

  private matchesAmong(candidates: Int32Array): string[] {
    const { ids, plain } = this;
    const found: string[] = [];
    for (let word = 0; word < candidates.length; word++) {
      const bits = candidates[word]!;
      if (bits === 0) continue;
      for (let rest = bits & plain[word]!; rest !== 0; rest &= rest - 1) found.push(ids[findLowestSlot(word, rest)]!);
      for (let rest = bits & ~plain[word]!; rest !== 0; rest &= rest - 1) {
        const slot = findLowestSlot(word, rest);
        if (this.isMatch(this.slots[slot]!)) found.push(ids[slot]!);
      }
    }
    return found;
  }

  /** Tells whether a slot matches and no earlier slot of its filter has matched. */
  private isMatch({ entry, checks }: Slot): boolean {
    const { event } = this;
    if (entry.matchedAt === event.stamp) return false;
    for (let n = 0; n < checks.length; n++) if (checks[n]!.shared.holds(event) !== checks[n]!.wanted) return false;
    entry.matchedAt = event.stamp;
    return true;
  }

  private addSlot(entry: Entry, clause: FilterClause): number {
    const slot = this.free.pop() ?? this.slots.length;
    if (slot >= this.words * BITS) this.grow();
    if (slot >= this.candidates.length * BITS)
      this.candidates = new Int32Array(this.candidates.length + BITMAP_WORDS_PER_ROUND);
    const addToIndexes = this.literalIndexes.adder(slot);
    const placed: RemoveFromIndex[] = [];
    const checks: CheckWithWantedAnswer[] = [];
    for (const literal of clause.literals) {
      const removers = addToIndexes(literal);
      if (removers) placed.push(...removers);
      else checks.push(this.sharedChecks.acquire(literal));
    }
    for (const tree of clause.rest) checks.push(this.sharedChecks.acquire(tree));
    this.slots[slot] = { entry, placed, checks };
    setBit(this.active, slot);
    return slot;
  }

  private removeSlots(entry: Entry): void {
    for (const slot of entry.slots) {
      const { placed, checks } = this.slots[slot]!;
      for (const undo of placed) undo();
      for (const check of checks) this.sharedChecks.release(check);
      this.slots[slot] = null;
      this.free.push(slot);
      clearBit(this.active, slot);
      clearBit(this.plain, slot);
    }
  }

  private grow(): void {
    this.words *= 2;
    this.active = widenBitmap(this.active, this.words);
    this.plain = widenBitmap(this.plain, this.words);
    this.literalIndexes.grow(this.words);
  }
}
