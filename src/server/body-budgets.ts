import { getHeapStatistics } from "node:v8";
import { BodyReadRateLimiter } from "./body-read-rate-limiter";
import { ByteBudget } from "./byte-budget";
import { FairWorkGate } from "./fair-work-gate";

/**
 * The limits for bodies of one size: `reading` counts their bytes while they are read, and `working` lets them be
 * processed in turns.
 */
type BodyLane = { reading: ByteBudget; working: FairWorkGate };

/** The memory limits for request bodies in this process. */
export type BodyBudgets = {
  /** The limits for bodies of at most `SMALL_BODY_BYTES_MAX`. Large bodies cannot use them up. */
  smallEvents: BodyLane;
  largeEvents: BodyLane & {
    pace: BodyReadRateLimiter;
    /**
     * The gate that processes bodies of at most `MEDIUM_BODY_BYTES_MAX`, the size of exporters' batches. It processes
     * several at once, and no project pauses between them.
     */
    workingMedium: FairWorkGate;
  };
  /** The bytes of API and page calls by people who are signed in. */
  calls: ByteBudget;
  /** The bytes of API and page calls without a session. */
  anonymous: ByteBudget;
  /**
   * The bytes of calls by an Inngest server. Its signature covers the whole body, so a body is read before the call is
   * trusted.
   */
  functions: ByteBudget;
  /** The most objects and lists in one body of events. */
  containersMax: number;
};

const MIB = 1_048_576;
export const SMALL_BODY_BYTES_MAX = MIB;
/** An export of 512 spans of 5 KB has 2.5 MB, so it counts as medium. */
export const MEDIUM_BODY_BYTES_MAX = 8 * MIB;
/**
 * The most bytes of large bodies in a process on any machine: four bodies of the longest size. Further bodies stay with
 * their senders until there is memory.
 */
const READING_MAX = 256 * MIB;

/**
 * The heap in bytes for one byte of JSON. Parsed JSON takes 2 to 5 bytes, and the JSON that the program writes from it
 * takes at most as much again.
 */
const HEAP_PER_BYTE = 8;
/**
 * The heap in bytes for one object or list in JSON: an empty object has 56, and the reference to it 8 (Node 20 to 24).
 */
const HEAP_PER_CONTAINER = 64;
/** The share of the heap for the processing of small bodies. Medium bodies have another share of this size. */
const SMALL_PART = 0.15;
/**
 * The share of the heap's limit for the objects and lists of one body. `[{},{},…]` takes 21 times its length, so a
 * small machine refuses a long body of this kind.
 */
const CONTAINERS_PART = 0.2;
/**
 * The most objects and lists in one body on any machine. They fill half of the heap of the thread that reads large
 * bodies (HEAP_MAX_MB in compute/thread-queue.ts).
 */
const CONTAINERS_MAX = 6_000_000;

/** Estimates the heap, in bytes, that the processing of a JSON body takes. */
export const estimateHeapBytesOfJsonBody = (body: Uint8Array): number => body.byteLength * HEAP_PER_BYTE;

/**
 * Makes the memory limits that fit this process's heap. Bytes that are only read lie outside of the heap.
 * @param heapBytes the heap's limit
 */
export function createBodyBudgets(heapBytes = getHeapStatistics().heap_size_limit): BodyBudgets {
  const reading = Math.min(READING_MAX, Math.max(64 * MIB, heapBytes / 5));
  return {
    smallEvents: {
      reading: new ByteBudget(reading / 4),
      working: new FairWorkGate({ max: heapBytes * SMALL_PART, pauses: false }),
    },
    largeEvents: {
      reading: new ByteBudget(reading),
      working: new FairWorkGate({ max: 0, pauses: true }),
      workingMedium: new FairWorkGate({ max: heapBytes * SMALL_PART, pauses: false }),
      pace: new BodyReadRateLimiter(64 * MIB, 16 * MIB),
    },
    calls: new ByteBudget(32 * MIB),
    anonymous: new ByteBudget(4 * MIB),
    functions: new ByteBudget(64 * MIB),
    containersMax: Math.min(CONTAINERS_MAX, Math.floor((heapBytes * CONTAINERS_PART) / HEAP_PER_CONTAINER)),
  };
}
