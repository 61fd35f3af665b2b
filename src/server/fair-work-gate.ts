import { makeServerFullError } from "./errors";
import { FairQueue } from "./fair-queue";

type Turn = { weight: number; start: () => void };

/** The owner of a piece of work, its weight, and how long it may wait for its start (ms). */
type WorkTurn = { owner: string; weight: number; withinMs: number };

const RETRY_SECONDS = 1;

/**
 * Limits the total weight of work that runs at once. Owners take turns, and the work of one owner keeps its order. With
 * `pauses`, an owner pauses after its work for as long as the work took. So other owners get at least half of the time.
 */
export class FairWorkGate {
  readonly #max: number;
  readonly #pauses: boolean;
  readonly #waiting = new FairQueue<Turn>();
  /** The owners that pause, with the end of their pauses. */
  readonly #pausing = new Map<string, number>();
  /** The number of running pieces of work, and their total weight. */
  #count = 0;
  #running = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param max the most weight that runs at once; heavier work runs alone
   * @param pauses whether an owner pauses after its work, for as long as the work took
   */
  constructor({ max, pauses }: { max: number; pauses: boolean }) {
    this.#max = max;
    this.#pauses = pauses;
  }

  /**
   * Runs work when it is its owner's turn.
   * @throws AppError UNAVAILABLE if the turn does not come within `withinMs`
   */
  async run<T>({ owner, weight, withinMs }: WorkTurn, work: () => Promise<T>): Promise<T> {
    if (!this.#startAtOnce(owner, weight)) await this.#turn({ owner, weight, withinMs });
    const began = performance.now();
    try {
      return await work();
    } finally {
      const ended = performance.now();
      if (this.#pauses) this.#pausing.set(owner, ended + (ended - began));
      this.#count -= 1;
      this.#running -= weight;
      this.#startNext();
    }
  }

  /**
   * Starts work at once, without a timer, if nothing waits, its owner does not pause and its weight fits. Otherwise it
   * returns false.
   */
  #startAtOnce(owner: string, weight: number): boolean {
    const isFree = this.#waiting.isEmpty && (this.#pausing.get(owner) ?? 0) <= performance.now();
    if (!isFree || !this.#fits(weight)) return false;
    this.#count += 1;
    this.#running += weight;
    return true;
  }

  #fits(weight: number): boolean {
    return this.#count === 0 || this.#running + weight <= this.#max;
  }

  #turn({ owner, weight, withinMs }: WorkTurn): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = {
        weight,
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.remove(owner, turn);
        reject(makeServerFullError(RETRY_SECONDS));
        this.#startNext();
      }, withinMs);
      this.#waiting.add(owner, turn);
      this.#startNext();
    });
  }

  #startNext(): void {
    const now = performance.now();
    for (const [owner, until] of this.#pausing) if (until <= now) this.#pausing.delete(owner);
    clearTimeout(this.#timer);
    for (let owner = this.#next(); owner !== undefined; owner = this.#next()) {
      const turn = this.#waiting.first(owner)!;
      // Heavy work keeps its turn until enough lighter work has ended.
      if (!this.#fits(turn.weight)) return;
      this.#waiting.take(owner);
      this.#count += 1;
      this.#running += turn.weight;
      turn.start();
    }
    if (this.#waiting.isEmpty) return;
    const next = Math.min(...this.#waiting.owners().map((owner) => this.#pausing.get(owner) ?? now));
    this.#timer = setTimeout(() => this.#startNext(), Math.ceil(next - now));
  }

  /** Returns the first waiting owner that does not pause. */
  #next(): string | undefined {
    return this.#waiting.owners().find((owner) => !this.#pausing.has(owner));
  }
}
