import type { MatchingSlots } from "./matching-slots";
import { KeyedLiteralIndexes } from "./keyed-literal-indexes";
import { LiteralIndex, type IndexedQuestionKind } from "./literal-index";
import { makeFilterOperandId, type FilterLiteral, type FilterOperand, type OperandQuestion } from "./literal";
import type { CurrentEvent, EventValues } from "./event-values";
import { intersectBits, intersectBitsWithBoth } from "./word-ops";

/**
 * The most indexes for one kind of question about one operand. A slot has one question in each index, so its second
 * question of that kind goes to the second index.
 */
const RANKS = 4;

/** Removes a slot's literal from its index. */
export type RemoveFromIndex = () => void;

/**
 * All literal indexes of a matcher. Each answers one kind of question about one operand. An index that loses its last
 * slot is removed.
 */
export class LiteralIndexes {
  private readonly byId = new Map<string, LiteralIndex>();
  private readonly keyed = new Map<string, KeyedLiteralIndexes>();
  /** the indexes in the order in which they run */
  private steps: (LiteralIndex | KeyedLiteralIndexes)[] = [];

  constructor(
    private readonly values: EventValues,
    private words: number,
  ) {}

  grow(words: number): void {
    this.words = words;
    for (const index of this.byId.values()) index.grow(words);
    for (const keyed of this.keyed.values()) keyed.grow(words);
  }

  apply(candidates: Int32Array, event: CurrentEvent, hits: MatchingSlots): void {
    const { steps } = this;
    // Two masks are applied in one walk over the candidates, because the walk takes longer than the operations.
    let held: Int32Array | null = null;
    for (let n = 0; n < steps.length; n++) {
      const step = steps[n]!;
      const mask = step instanceof LiteralIndex ? step.maskFor(event, hits, candidates.length) : null;
      if (mask && held) {
        intersectBitsWithBoth(candidates, held, mask);
        held = null;
      } else if (mask) held = mask;
      else {
        if (held) intersectBits(candidates, held);
        held = null;
        step.apply(candidates, event, hits);
      }
    }
    if (held) intersectBits(candidates, held);
  }

  /**
   * Returns a function that adds the literals of one slot (one clause of a filter) to their indexes, one at each call.
   * It returns the functions that remove the literal again; null for a literal that no index can take.
   */
  adder(slot: number): (literal: FilterLiteral) => RemoveFromIndex[] | null {
    const ranks = new Map<string, number>();
    const guarded = new Set<string>();
    return (literal) => {
      const { operand, question, wanted } = literal;
      if (question.kind === "test") return null;
      const id = `${question.kind} ${makeFilterOperandId(operand)}`;
      const rank = ranks.get(id) ?? 0;
      const needsGuard = operand.key !== undefined && wanted && !guarded.has(`${operand.column.id} ${operand.key}`);
      const guards = `guards ${operand.column.id}`;
      const guardRank = ranks.get(guards) ?? 0;
      if (rank >= RANKS || (needsGuard && guardRank >= RANKS)) return null;
      ranks.set(id, rank + 1);
      const placed = [this.put(slot, literal, { kind: question.kind, id: `${id} ${rank}` })];
      if (needsGuard) {
        ranks.set(guards, guardRank + 1);
        guarded.add(`${operand.column.id} ${operand.key}`);
        placed.push(this.putGuard(slot, operand, guardRank));
      }
      return placed;
    };
  }

  private put(
    slot: number,
    { operand, question, wanted }: FilterLiteral,
    { kind, id }: { kind: IndexedQuestionKind; id: string },
  ): RemoveFromIndex {
    const index = this.byId.get(id) ?? this.make(id, kind, operand);
    index.add(slot, question, wanted);
    return () => {
      index.delete(slot, question, wanted);
      if (index.size === 0) this.drop(id, index, operand);
    };
  }

  private putGuard(slot: number, operand: FilterOperand, rank: number): RemoveFromIndex {
    const index = this.keyed.get(operand.column.id)!.guard(rank, this.words);
    const question: OperandQuestion = { kind: "equal", values: [operand.key!] };
    index.add(slot, question, true);
    return () => index.delete(slot, question, true);
  }

  private make(id: string, kind: IndexedQuestionKind, operand: FilterOperand): LiteralIndex {
    const index = new LiteralIndex({
      kind,
      operand,
      value: this.values.at(makeFilterOperandId(operand), operand),
      words: this.words,
    });
    this.byId.set(id, index);
    if (operand.key === undefined) this.addStep(index);
    else {
      let keyed = this.keyed.get(operand.column.id);
      if (!keyed) {
        keyed = new KeyedLiteralIndexes(operand, this.values.openedColumn(operand.column));
        this.keyed.set(operand.column.id, keyed);
        this.addStep(keyed);
      }
      keyed.insert(operand.key, index);
    }
    return index;
  }

  private drop(id: string, index: LiteralIndex, operand: FilterOperand): void {
    this.byId.delete(id);
    this.values.release(makeFilterOperandId(operand));
    if (operand.key === undefined) {
      this.steps = this.steps.filter((step) => step !== index);
      return;
    }
    const keyed = this.keyed.get(operand.column.id)!;
    keyed.remove(operand.key, index);
    if (!keyed.isEmpty) return;
    this.keyed.delete(operand.column.id);
    this.steps = this.steps.filter((step) => step !== keyed);
  }

  private addStep(step: LiteralIndex | KeyedLiteralIndexes): void {
    this.steps = [...this.steps, step].sort((left, right) => left.cost - right.cost);
  }
}
