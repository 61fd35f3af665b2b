import { createThreadQueue } from "@/server/compute/thread-queue";
import { SMALL_BYTES } from "@/server/bytes-in-flight";
import { AppError } from "@/server/errors";
import type { Logger } from "@/server/log";
import { readEvents, type EventsRead, type EventRequestFacts } from "./read-events";

export type ReadingTask = { body: Uint8Array; input: EventRequestFacts };

/** Reads the bodies of requests to the event endpoint: small bodies at once, large bodies in a thread. */
export type EventReader = {
  /**
   * @param isPaceLow told of the events of each body. Those of a large body always run in batches
   * @throws AppError PAYLOAD_TOO_LARGE for a body that the thread cannot hold
   */
  read(body: Uint8Array, input: EventRequestFacts, isPaceLow: (count: number) => boolean): Promise<EventsRead>;
  close(): Promise<void>;
};

/** Longest reading of a body, ms. 28 MB take a second on an idle machine. */
const HARD_STOP_MS = 30_000;

export function createEventReader(log: Logger): EventReader {
  const thread = createThreadQueue<ReadingTask>("event-reader", log, {
    script: "src/server/event-reader/worker.mjs",
    // TurnGate already makes a project pause before its bodies reach the thread.
    limits: { sliceMs: 0, hardStopMs: HARD_STOP_MS, pauses: false },
  });
  return {
    async read(body, input, isPaceLow) {
      if (body.byteLength <= SMALL_BYTES) return readEvents(body, { ...input, containersMax: Infinity }, isPaceLow);
      const ended = await thread.run<EventsRead>(input.sender.projectId, { body, input }, () => true);
      if (ended.kind === "answered") {
        if (ended.answer.ok) isPaceLow(ended.answer.events.length);
        return ended.answer;
      }
      if (ended.kind === "refused") throw new AppError("UNAVAILABLE", "This server stops; send the events again.");
      if (ended.kind === "failed") throw new Error(`A body could not be read: ${ended.message}`);
      throw new AppError(
        "PAYLOAD_TOO_LARGE",
        `The request cannot be read: ${ended.message}; send fewer events at once.`,
      );
    },
    close: () => thread.close(),
  };
}
