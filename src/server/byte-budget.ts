import { AppError, makeServerFullError } from "./errors";
import { FairQueue } from "./fair-queue";

/** A project, key or person whose requests together may hold only a share of the memory for request bodies. */
export type ByteBudgetOwner = {
  /** The unique name of the owner, also among other kinds of owners. */
  name: string;
  /** The words for the owner in an error message: "This project". */
  label: string;
  /** The share of the memory that the owner may hold, above 0 and up to 1. */
  share: number;
};

export type BytesReservation = {
  /**
   * Adds bytes of the body to the reservation.
   * @throws AppError as `ByteBudget.reserve` does
   */
  grow(bytes: number): void;
  /**
   * Adds bytes, and waits for memory if there is none. Owners take turns. Requests of one owner that already hold bytes
   * go first, because others wait for those bytes.
   * @param withinMs the longest wait in ms; 0 refuses at once
   */
  growWithin(bytes: number, withinMs: number): Promise<void>;
  /** Releases all bytes. A second call does nothing. */
  release(): void;
};

const RETRY_SECONDS = 1;

/**
 * Counts the bytes of all request bodies in this process. If memory is short, a body is refused before it is read, or
 * waits. Each process counts only its own bodies.
 */
export class ByteBudget {
  readonly max: number;
  readonly #held = new Map<string, number>();
  /** Requests that wait for memory, by the first of their owners. */
  readonly #waiting = new FairQueue<(last?: boolean) => boolean>();
  #total = 0;

  /** @param max the most bytes of all requests together */
  constructor(max: number) {
    this.max = max;
  }

  get total(): number {
    return this.#total;
  }

  /** The number of owners (projects, keys, people) whose request bodies are in memory now. */
  get owners(): number {
    return this.#held.size;
  }

  /**
   * Reserves memory for the body of one request. An owner that holds no other bytes may exceed its share, so that an
   * idle process accepts every body of an allowed size.
   * @throws AppError TOO_MANY_REQUESTS if an owner's share is full, UNAVAILABLE if the process is full
   */
  reserve(owners: readonly ByteBudgetOwner[], bytes: number): BytesReservation {
    let own = 0;
    const grow = (more: number): void => {
      if (more === 0) return;
      for (const { name, label, share } of owners) {
        const others = (this.#held.get(name) ?? 0) - own;
        if (others > 0 && others + own + more > share * this.max) throw tooMuch(label);
      }
      if (this.#total > own && this.#total + more > this.max) throw makeServerFullError(RETRY_SECONDS);
      own += more;
      this.#add(owners, more);
    };
    grow(bytes);
    return {
      grow,
      growWithin: async (more, withinMs) => {
        const owner = owners[0]?.name ?? "";
        if (own > 0 || !this.#waiting.has(owner)) {
          try {
            return grow(more);
          } catch (error) {
            if (withinMs <= 0) throw error;
          }
        }
        await this.#wait({ owner, isFirst: own > 0, withinMs, grow: () => grow(more) });
      },
      release: () => {
        this.#add(owners, -own);
        own = 0;
        this.#startWaiting();
      },
    };
  }

  #wait(input: { owner: string; isFirst: boolean; withinMs: number; grow: () => void }): Promise<void> {
    const { owner, isFirst, withinMs, grow } = input;
    return new Promise((resolve, reject) => {
      const tryNow = (last = false): boolean => {
        try {
          grow();
          resolve();
        } catch (error) {
          if (!last) return false;
          reject(error as Error);
        }
        clearTimeout(timer);
        return true;
      };
      const timer = setTimeout(() => {
        this.#waiting.remove(owner, tryNow);
        tryNow(true);
      }, withinMs);
      if (isFirst) this.#waiting.addFirst(owner, tryNow);
      else this.#waiting.add(owner, tryNow);
    });
  }

  #startWaiting(): void {
    for (let hasStarted = true; hasStarted;) {
      hasStarted = false;
      for (const owner of this.#waiting.owners()) {
        if (!this.#waiting.first(owner)?.()) continue;
        this.#waiting.take(owner);
        hasStarted = true;
      }
    }
  }

  #add(owners: readonly ByteBudgetOwner[], bytes: number): void {
    this.#total += bytes;
    for (const { name } of owners) {
      const held = (this.#held.get(name) ?? 0) + bytes;
      if (held > 0) this.#held.set(name, held);
      else this.#held.delete(name);
    }
  }
}

const tooMuch = (label: string): AppError =>
  new AppError(
    "TOO_MANY_REQUESTS",
    `${label} sends more data at once than it may. Nothing of this request was accepted; send it again in a moment.`,
    { retryAfterSeconds: RETRY_SECONDS },
  );
