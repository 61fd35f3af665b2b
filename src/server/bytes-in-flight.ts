import { getHeapStatistics } from "node:v8";
import { BytePace } from "./byte-pace";
import { AppError } from "./errors";

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
  /** The requests that wait for room, by their first owner, in the order of their turns. */
  readonly #waiting = new Map<string, (() => boolean)[]>();
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
      if (this.#total > own && this.#total + more > this.max) throw full();
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
      const own = this.#waiting.get(owner) ?? [];
      const timer = setTimeout(() => {
        own.splice(own.indexOf(tryNow), 1);
        if (own.length === 0) this.#waiting.delete(owner);
        tryNow(true);
      }, withinMs);
      own.push(tryNow);
      this.#waiting.set(owner, own);
    });
  }

  #startWaiting(): void {
    for (const [owner, own] of [...this.#waiting]) {
      while (own[0]?.()) {
        own.shift();
        // The owner goes to the end of the queue.
        this.#waiting.delete(owner);
        if (own.length > 0) this.#waiting.set(owner, own);
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

const full = (): AppError =>
  new AppError(
    "UNAVAILABLE",
    "This server reads as much data as it can hold. Nothing of this request was accepted; send it again in a moment.",
    { retryAfterSeconds: RETRY_SECONDS },
  );

/**
 * Limits the total weight of the work that runs at once. Work runs in the order in which it came. Work that is heavier
 * than the maximum runs alone.
 */
export class WeightGate {
  readonly #max: number;
  readonly #waiting: { weight: number; start: () => void }[] = [];
  #running = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Runs `work` as soon as there is room.
   * @param withinMs how long the work may wait for its turn
   * @throws AppError UNAVAILABLE if its turn does not come in time
   */
  async run<T>(weight: number, withinMs: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#fits(weight)) await this.#turn(weight, withinMs);
    else this.#running += weight;
    try {
      return await work();
    } finally {
      this.#running -= weight;
      this.#startWaiting();
    }
  }

  #turn(weight: number, withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = {
        weight,
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(full());
        this.#startWaiting();
      }, withinMs);
      this.#waiting.push(entry);
    });
  }

  #startWaiting(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next.weight); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#running += next.weight;
      next.start();
    }
  }

  #fits(weight: number): boolean {
    return this.#running === 0 || this.#running + weight <= this.#max;
  }
}

type Turn = { weight: number; start: () => void };

/**
 * Limits the total weight of the work that runs at once, as WeightGate does, and owners take turns. With `pauses`, an
 * owner pauses after a turn for as long as the turn took. So other owners get at least half of the time.
 */
export class TurnGate {
  readonly #max: number;
  readonly #pauses: boolean;
  /** The waiting work by owner. The owners are in the order of their turns. */
  readonly #waiting = new Map<string, Turn[]>();
  /** The owners that pause, and the end of each pause. */
  readonly #pausing = new Map<string, number>();
  /** The number of pieces of work that run. The next field is their total weight. */
  #count = 0;
  #running = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param max the most weight that runs at once; heavier work runs alone */
  constructor({ max, pauses }: { max: number; pauses: boolean }) {
    this.#max = max;
    this.#pauses = pauses;
  }

  /**
   * @param withinMs how long the work may wait for its turn
   * @throws AppError UNAVAILABLE if its turn does not come in time
   */
  async run<T>(owner: string, weight: number, withinMs: number, work: () => Promise<T>): Promise<T> {
    await this.#turn(owner, weight, withinMs);
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

  #turn(owner: string, weight: number, withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const own = this.#waiting.get(owner) ?? [];
      const turn = {
        weight,
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        own.splice(own.indexOf(turn), 1);
        if (own.length === 0) this.#waiting.delete(owner);
        reject(full());
        this.#startNext();
      }, withinMs);
      own.push(turn);
      this.#waiting.set(owner, own);
      this.#startNext();
    });
  }

  #startNext(): void {
    const now = performance.now();
    for (const [owner, until] of this.#pausing) if (until <= now) this.#pausing.delete(owner);
    clearTimeout(this.#timer);
    for (let next = this.#next(); next; next = this.#next()) {
      const [owner, own] = next;
      const turn = own[0]!;
      // Heavy work keeps its place in the queue until the lighter work before it has ended.
      if (this.#count > 0 && this.#running + turn.weight > this.#max) return;
      own.shift();
      // The owner goes to the end of the queue.
      this.#waiting.delete(owner);
      if (own.length > 0) this.#waiting.set(owner, own);
      this.#count += 1;
      this.#running += turn.weight;
      turn.start();
    }
    if (this.#waiting.size === 0) return;
    const next = Math.min(...[...this.#waiting.keys()].map((owner) => this.#pausing.get(owner) ?? now));
    this.#timer = setTimeout(() => this.#startNext(), Math.ceil(next - now));
  }

  /** The first owner that has waiting work and does not pause. */
  #next(): [string, Turn[]] | undefined {
    return [...this.#waiting].find(([owner]) => !this.#pausing.has(owner));
  }
}

/**
 * The limits for one kind of body: `reading` counts the bytes while they are read, and `working` limits the work on
 * them.
 */
type BodyLane<Gate> = { reading: BytesInFlight; working: Gate };

/** The memory limits of this process for request bodies. */
export type BodyBudgets = {
  /** requests of at most `SMALL_BYTES`; large requests never take their room */
  smallEvents: BodyLane<WeightGate>;
  largeEvents: BodyLane<TurnGate> & {
    pace: BytePace;
    /**
     * bodies of at most `MEDIUM_BYTES`, as exporters send them: several are worked on at once, and no project pauses
     */
    workingMedium: TurnGate;
  };
  /** calls of signed-in people */
  calls: BytesInFlight;
  /** calls without a session */
  anonymous: BytesInFlight;
  /** calls of an Inngest server, which signs the whole body */
  functions: BytesInFlight;
  /** the most objects and lists in one body of events */
  containersMax: number;
};

const MIB = 1_048_576;
export const SMALL_BYTES = MIB;
/** The most bytes of a medium body. An export of 512 spans of 5 KB has 2.5 MB. */
export const MEDIUM_BYTES = 8 * MIB;

/**
 * The bytes of heap for each byte of JSON. The next line is for each object or list in it. Text and ordinary
 * subjects take 2 to 5 bytes a byte, and the program writes them as JSON again. An object takes 56 bytes, and 8 for
 * its place (Node 20 to 24).
 */
const HEAP_PER_BYTE = 8;
const HEAP_PER_CONTAINER = 64;
/** The part of the heap for work on small bodies. Work on medium bodies gets as much again. */
const SMALL_PART = 0.15;
/** The part of the heap for the objects and lists of one body: `[{},{},…]` takes 21 times its length. */
const CONTAINERS_PART = 0.2;
/**
 * The most objects and lists of one body. This many fit into half of the heap of the thread that reads large bodies.
 */
const CONTAINERS_MAX = 6_000_000;

/** Returns the bytes of heap that the work on a JSON body takes. */
export const heapBytesOf = (body: Uint8Array): number => body.byteLength * HEAP_PER_BYTE;

/**
 * Makes the limits that fit a heap. A body that is only read lies outside of the heap.
 * @param heapBytes the heap's limit
 */
export function createBodyBudgets(heapBytes = getHeapStatistics().heap_size_limit): BodyBudgets {
  const reading = Math.min(512 * MIB, Math.max(64 * MIB, heapBytes / 5));
  return {
    smallEvents: {
      reading: new BytesInFlight(reading / 4),
      working: new WeightGate(heapBytes * SMALL_PART),
    },
    largeEvents: {
      reading: new BytesInFlight(reading),
      working: new TurnGate({ max: 0, pauses: true }),
      workingMedium: new TurnGate({ max: heapBytes * SMALL_PART, pauses: false }),
      pace: new BytePace(64 * MIB, 16 * MIB),
    },
    calls: new BytesInFlight(32 * MIB),
    anonymous: new BytesInFlight(4 * MIB),
    functions: new BytesInFlight(64 * MIB),
    containersMax: Math.min(CONTAINERS_MAX, Math.floor((heapBytes * CONTAINERS_PART) / HEAP_PER_CONTAINER)),
  };
}
