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
/** Four of the longest bodies. Other large requests wait unread, so that their senders hold the bytes. */
const READING_MAX = 256 * MIB;

/**
 * Bytes of heap for one byte of JSON, and for each object or list in it. Text and ordinary subjects take 2 to 5
 * bytes a byte, and the program writes them as JSON again. An object takes 56 bytes, and 8 for its place (Node 20 to
 * 24).
 */
const HEAP_PER_BYTE = 8;
const HEAP_PER_CONTAINER = 64;
/** The part of the heap for work on small bodies, and as much again for work on medium ones. */
const SMALL_PART = 0.15;
/** The part of the heap for the objects and lists of one body: `[{},{},…]` takes 21 times its length. */
const CONTAINERS_PART = 0.2;
/** This many fit into half of the heap of the thread that reads large bodies. */
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
