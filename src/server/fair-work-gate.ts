import { serverFullError } from "./errors";
import { FairQueue } from "./fair-queue";

type Turn = { weight: number; start: () => void };

/** A piece of work: whose it is, how heavy it is, and how long it may wait for its turn. */
type WorkTurn = { owner: string; weight: number; withinMs: number };

const RETRY_SECONDS = 1;

/**
 * Limits the total weight of the work that runs at once. Owners take turns; the work of one owner is served in its
 * order. With pauses, an owner pauses after a turn for as long as the turn took. So other owners get at least half of
 * the time.
 */
export class FairWorkGate {
  readonly #max: number;
  readonly #pauses: boolean;
  readonly #waiting = new FairQueue<Turn>();
  /** Pausing owners, and when their pause ends. */
  readonly #pausing = new Map<string, number>();
  /** Pieces of work that run, and their weight. */
  #count = 0;
  #running = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param max the weight that runs at once; heavier work runs alone */
  constructor({ max, pauses }: { max: number; pauses: boolean }) {
    this.#max = max;
    this.#pauses = pauses;
  }

  /** @throws AppError UNAVAILABLE if the turn of the work does not come in time */
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

  /** Starts work that has nobody before it. Most work does, and then it needs no timer. */
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
        reject(serverFullError(RETRY_SECONDS));
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
      // Heavy work keeps its place in the line until the lighter work before it has ended.
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

  /** The first owner that waits and does not pause. */
  #next(): string | undefined {
    return this.#waiting.owners().find((owner) => !this.#pausing.has(owner));
  }
}
