import { getHeapStatistics } from "node:v8";
import { BytePace } from "./byte-pace";
import { BytesInFlight } from "./bytes-in-flight";
import { FairWorkGate } from "./fair-work-gate";

/** The byte counter for bodies of one kind while they are read, and the gate to the work on them. */
type BodyLane = { reading: BytesInFlight; working: FairWorkGate };

/** The limits of this process. */
export type BodyBudgets = {
  /** requests of at most `SMALL_BODY_BYTES`; large ones never keep them out */
  smallEvents: BodyLane;
  largeEvents: BodyLane & {
    pace: BytePace;
    /** bodies of at most `MEDIUM_BODY_BYTES`, as exporters send them: several at once, and no project pauses */
    workingMedium: FairWorkGate;
  };
  /** calls of people who are signed in */
  calls: BytesInFlight;
  /** calls without a session */
  anonymous: BytesInFlight;
  /** calls of an Inngest server, which signs the whole body */
  functions: BytesInFlight;
  /** the most objects and lists in one body of events */
  containersMax: number;
};

const MIB = 1_048_576;
export const SMALL_BODY_BYTES = MIB;
/** An export of 512 spans of 5 KB has 2.5 MB. */
export const MEDIUM_BODY_BYTES = 8 * MIB;
/** The most bytes of large bodies in the program, four of the longest. Senders of other bodies keep their bytes. */
const READING_MAX = 256 * MIB;

/**
 * Bytes of heap for one byte of JSON. Texts and ordinary subjects take 2 to 5, and the JSON that the program writes of
 * them takes as much again at most.
 */
const HEAP_PER_BYTE = 8;
/** Bytes of heap for an object or a list of JSON: 56 for an empty object and 8 for its place (Node 20 to 24). */
const HEAP_PER_CONTAINER = 64;
/** The part of the heap for work on small bodies. Work on medium bodies has another part of this size. */
const SMALL_PART = 0.15;
/**
 * Objects and lists of one body take at most this part of the heap's limit, so that a small machine refuses what it
 * cannot hold: `[{},{},…]` takes 21 times its length.
 */
const CONTAINERS_PART = 0.2;
/**
 * The most objects and lists of one body on any machine. They fill half of the heap of the thread that reads large
 * bodies (HEAP_MAX_MB in compute/thread-queue.ts).
 */
const CONTAINERS_MAX = 6_000_000;

/** The bytes of heap that the work on a body of JSON takes. */
export const heapBytesOfJsonBody = (body: Uint8Array): number => body.byteLength * HEAP_PER_BYTE;

/** Budgets that fit a heap. A body that is only read lies outside of the heap. @param heapBytes the heap's limit */
export function createBodyBudgets(heapBytes = getHeapStatistics().heap_size_limit): BodyBudgets {
  const reading = Math.min(READING_MAX, Math.max(64 * MIB, heapBytes / 5));
  return {
    smallEvents: {
      reading: new BytesInFlight(reading / 4),
      working: new FairWorkGate({ max: heapBytes * SMALL_PART, pauses: false }),
    },
    largeEvents: {
      reading: new BytesInFlight(reading),
      working: new FairWorkGate({ max: 0, pauses: true }),
      workingMedium: new FairWorkGate({ max: heapBytes * SMALL_PART, pauses: false }),
      pace: new BytePace(64 * MIB, 16 * MIB),
    },
    calls: new BytesInFlight(32 * MIB),
    anonymous: new BytesInFlight(4 * MIB),
    functions: new BytesInFlight(64 * MIB),
    containersMax: Math.min(CONTAINERS_MAX, Math.floor((heapBytes * CONTAINERS_PART) / HEAP_PER_CONTAINER)),
  };
}
