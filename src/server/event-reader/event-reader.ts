import { createThreadQueue } from "@/server/compute/thread-queue";
import { SMALL_BODY_BYTES_MAX } from "@/server/body-budgets";
import { AppError } from "@/server/errors";
import type { Logger } from "@/server/log";
import {
  readBodyOfProtocol,
  type BodyReadResult,
  type BodyReaderInput,
  type EventProtocol,
  type BodyReadTask,
} from "./read-body-of-protocol";

/** Parses request bodies with events: small ones at once in this thread, and large ones in a worker thread. */
export type EventBodyParser = {
  /**
   * Parses a body and stamps its events. The memory of a large body moves to the worker thread, so the caller loses its
   * bytes.
   * @param isPaceLow tells whether the project sends few events; it gets the number of events in the body. Events of a
   * large body always run in batches
   * @throws AppError PAYLOAD_TOO_LARGE for a body that takes too much memory or time in the thread, UNAVAILABLE while
   * the process stops
   */
  read<P extends EventProtocol>(
    task: BodyReadTask<P>,
    isPaceLow: (count: number) => boolean,
  ): Promise<BodyReadResult<P>>;
  close(): Promise<void>;
};

/** The most time to parse one body in the worker thread, in ms. 28 MB take a second on an idle machine. */
const HARD_STOP_MS = 30_000;

export function createEventReader(log: Logger): EventBodyParser {
  const thread = createThreadQueue<BodyReadTask>("event-reader", log, {
    script: "src/server/event-reader/worker.mjs",
    niceness: 5,
    // The thread's own queue needs no pauses: FairWorkGate already lets projects take turns with large bodies.
    limits: { sliceMs: 0, hardStopMs: HARD_STOP_MS, pauses: false, tasksMax: 1 },
    movesOf: ({ body }) => [body.buffer as ArrayBuffer],
  });
  return {
    async read<P extends EventProtocol>(
      task: BodyReadTask<P>,
      isPaceLow: (count: number) => boolean,
    ): Promise<BodyReadResult<P>> {
      if (task.body.byteLength <= SMALL_BODY_BYTES_MAX)
        return readBodyOfProtocol({ ...task, containersMax: Infinity }, isPaceLow);
      const { projectId } = (task.input as BodyReaderInput<EventProtocol>).sender;
      const ended = await thread.run<BodyReadResult<P>>(projectId, task as BodyReadTask, () => true);
      if (ended.kind === "answered") {
        if (ended.answer.ok) isPaceLow(ended.answer.count);
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
