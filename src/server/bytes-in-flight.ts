import { AppError, serverIsFull } from "./errors";
import { TurnLine } from "./turn-line";

/** A project, key or person whose requests share a part of a budget. */
export type ByteOwner = {
  /** the owner's name, which is unique over all kinds of owners */
  name: string;
  /** the owner's name in messages: "This project" */
  label: string;
  /** the part of the budget that the owner may hold, above 0 and up to 1 */
  share: number;
};

export type Reservation = {
  /** Adds bytes, for a body without an announced length. @throws AppError as `reserve` does */
  grow(bytes: number): void;
  /** Releases all bytes. A second call does nothing. */
  release(): void;
};

const RETRY_SECONDS = 1;

/**
 * Counts the bytes of request bodies that this process holds, and refuses a body before reading it. Each process counts
 * for itself, because memory belongs to a process. So an owner has the same share in each process.
 */
export class BytesInFlight {
  readonly max: number;
  readonly #held = new Map<string, number>();
  /** Requests that wait for room, by their first owner. */
  readonly #waiting = new TurnLine<(last?: boolean) => boolean>();
  #total = 0;

  /** @param max the most bytes of all owners together */
  constructor(max: number) {
    this.max = max;
  }

  get total(): number {
    return this.#total;
  }

  /** The number of owners that hold bytes now. */
  get owners(): number {
    return this.#held.size;
  }

  /**
   * Reserves bytes for one request. An owner that holds nothing else may exceed its share, so that an idle process
   * accepts every body of an allowed size.
   * @throws AppError TOO_MANY_REQUESTS if an owner has no room, UNAVAILABLE if the process has none
   */
  reserve(owners: readonly ByteOwner[], bytes: number): Reservation {
    let own = 0;
    const grow = (more: number): void => {
      for (const { name, label, share } of owners) {
        const others = (this.#held.get(name) ?? 0) - own;
        if (others > 0 && others + own + more > share * this.max) throw tooMuch(label);
      }
      if (this.#total > own && this.#total + more > this.max) throw serverIsFull(RETRY_SECONDS);
      own += more;
      this.#add(owners, more);
    };
    grow(bytes);
    return {
      grow,
      release: () => {
        this.#add(owners, -own);
        own = 0;
        this.#startWaiting();
      },
    };
  }

  /**
   * Reserves bytes as `reserve` does, but waits if there is no room. Owners take turns, so a request waits for its
   * owner's earlier requests and for one request of each other owner.
   * @param withinMs how long it may wait; with 0 a request without room is refused at once
   */
  async reserveWithin(owners: readonly ByteOwner[], bytes: number, withinMs: number): Promise<Reservation> {
    const owner = owners[0]?.name ?? "";
    if (!this.#waiting.has(owner)) {
      try {
        return this.reserve(owners, bytes);
      } catch (error) {
        if (withinMs <= 0) throw error;
      }
    }
    return new Promise((resolve, reject) => {
      const tryNow = (last = false): boolean => {
        try {
          resolve(this.reserve(owners, bytes));
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
      this.#waiting.add(owner, tryNow);
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

  #add(owners: readonly ByteOwner[], bytes: number): void {
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
