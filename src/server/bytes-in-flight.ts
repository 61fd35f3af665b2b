import { getHeapStatistics } from "node:v8";
import { AppError } from "./errors";

/** Somebody whose requests share a part of a budget: a project, a key, a person. */
export type ByteOwner = {
  /** unique over all kinds of owners */
  name: string;
  /** who it is in words: "This project" */
  label: string;
  /** the part of the budget that the owner may hold, above 0 and up to 1 */
  share: number;
};

export type Reservation = {
  /** Adds bytes, for a body whose length was not announced. @throws AppError as `reserve` does */
  grow(bytes: number): void;
  /** Gives everything back. A second call does nothing. */
  release(): void;
};

const RETRY_SECONDS = 1;

/**
 * Counts the bytes of request bodies that this process holds, and refuses a body before it is read. Memory belongs to
 * a process, so each process counts by itself: an owner's share of each is the same share of all of them.
 */
export class BytesInFlight {
  readonly max: number;
  readonly #held = new Map<string, number>();
  #total = 0;

  /** @param max bytes of all owners together */
  constructor(max: number) {
    this.max = max;
  }

  get total(): number {
    return this.#total;
  }

  /** Owners that hold bytes now. */
  get owners(): number {
    return this.#held.size;
  }

  /**
   * Reserves bytes for one request. An owner that holds nothing else may exceed its share, so that every body that is
   * allowed at all is taken when the process is idle.
   * @throws AppError TOO_MANY_REQUESTS where an owner has no room, UNAVAILABLE where the process has none
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
      },
    };
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
 * Lets work through whose weights together stay below a maximum, first come, first served. Work that weighs more than
 * the maximum runs alone.
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
   * @param withinMs how long it may wait for its turn
   * @throws AppError UNAVAILABLE where its turn does not come in time
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

/** Where the bodies of one kind of request are counted: while they are read, and while they are worked on. */
type BodyLane = { reading: BytesInFlight; working: WeightGate };

/** The budgets of this process. */
export type BodyBudgets = {
  /** events in requests of at most `SMALL_BYTES`, which large ones never keep out */
  smallEvents: BodyLane;
  largeEvents: BodyLane;
  /** calls of people who are signed in */
  calls: BytesInFlight;
  /** calls without a session */
  anonymous: BytesInFlight;
  /** calls of an Inngest server, whose signature is over the body */
  functions: BytesInFlight;
  /** objects and lists that one body of events may hold */
  containersMax: number;
};

const MIB = 1_048_576;
export const SMALL_BYTES = MIB;

/**
 * Bytes of heap for one byte of JSON and for each object or list in it. Text and ordinary observations become 2 to 5
 * bytes a byte, and are written as JSON again; an object takes 56 bytes and 8 for its place (Node 20 to 24).
 */
const HEAP_PER_BYTE = 8;
const HEAP_PER_CONTAINER = 64;
/** Parts of the heap that bodies may fill while they are worked on. */
const LARGE_PART = 0.4;
const SMALL_PART = 0.15;
/** The part that the objects and lists of one body may fill: `[{},{},…]` becomes 21 times its length. */
const CONTAINERS_PART = 0.2;

/** What a body of JSON weighs on the heap while it is worked on, in bytes. Small bodies are not looked through. */
export function heapBytesOf(body: Uint8Array): { weight: number; containers: number } {
  let containers = 0;
  if (body.byteLength > SMALL_BYTES) for (const byte of body) if (byte === 0x7b || byte === 0x5b) containers++;
  return { weight: body.byteLength * HEAP_PER_BYTE + containers * HEAP_PER_CONTAINER, containers };
}

/** Budgets that fit a heap. A body that is only read lies outside of the heap. @param heapBytes the heap's limit */
export function createBodyBudgets(heapBytes = getHeapStatistics().heap_size_limit): BodyBudgets {
  const reading = Math.min(512 * MIB, Math.max(64 * MIB, heapBytes / 5));
  return {
    smallEvents: {
      reading: new BytesInFlight(reading / 4),
      working: new WeightGate(heapBytes * SMALL_PART),
    },
    largeEvents: {
      reading: new BytesInFlight(reading),
      working: new WeightGate(heapBytes * LARGE_PART),
    },
    calls: new BytesInFlight(32 * MIB),
    anonymous: new BytesInFlight(4 * MIB),
    functions: new BytesInFlight(64 * MIB),
    containersMax: Math.floor((heapBytes * CONTAINERS_PART) / HEAP_PER_CONTAINER),
  };
}
