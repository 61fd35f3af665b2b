import { createHash } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { EVENT_LIMITS } from "../engine/event-endpoint";
import {
  redactAndStampEvents,
  type EventSender,
  type StampedEvent,
  type RedactAndStampEventsInput,
} from "../services/redact-and-stamp-events";
import type { RedactionRulesWithSalt } from "../services/redaction/cached-redactor";
import { makeEventIdSeed } from "./event-id-seed";

/** The reader's input for an OTLP or Langfuse request, besides its body. A thread receives a copy. */
export type ClientRequestInput = {
  sender: EventSender & { keyId: string };
  /** The name and version of the client's SDK, from the request's headers. */
  client: { sdk: string | null; sdkVersion: string | null };
  /** The redaction rules of the project. */
  redaction: RedactionRulesWithSalt | null;
  stampKey: string | null;
  receivedMicros: number;
  now: Date;
};

/** An event made from the content of an OTLP or Langfuse request. Its id depends on that content. */
export type EventToStamp = RedactAndStampEventsInput["events"][number] & { id: string };

/** A portion of a request's stamped events, small enough for one call of the engine. */
export type StampedEventPortion = { events: StampedEvent[]; seed: string };

/**
 * Makes the id of an event from its content. The same content in the same project gets the same id, so a repeated
 * request makes no second event.
 * @param protocol separates the ids of two protocols
 */
export const makeEventIdFromContent = (protocol: string, projectId: string, ...content: string[]): string =>
  `${protocol}:${createHash("sha256")
    .update(JSON.stringify([projectId, ...content]))
    .digest("base64url")
    .slice(0, 26)}`;

/** How many events are stamped before other requests get a turn of the event loop. */
const EVENTS_A_TURN = 250;
/** The most characters of JSON in one portion. On a busy disk the engine writes them within a second. */
const PORTION_CHARS = 8_388_608;

/** Stamps events, and divides them into portions of at most 5,000 events and about 8 MB. */
export async function stampEventsInPortions(
  { events, ...input }: { events: readonly EventToStamp[] } & Pick<RedactAndStampEventsInput, "body" | "cutFields">,
  { sender, redaction, stampKey, receivedMicros, now }: ClientRequestInput,
  isPaceLow: (count: number) => boolean,
): Promise<StampedEventPortion[]> {
  const portions: StampedEventPortion[] = [];
  // Either all events of a request are marked to run alone, or none.
  const isAlone = events.length > 0 && isPaceLow(events.length);
  let [open, chars]: [StampedEvent[], number] = [[], 0];
  for (let start = 0; start < events.length; start += EVENTS_A_TURN) {
    if (start > 0) await turn();
    const some = events.slice(start, start + EVENTS_A_TURN);
    const stamped = redactAndStampEvents({
      ...{ sender, ...input, redaction, stampKey, now },
      events: some.map(({ id: _id, ...event }) => ({ ...event, isCutToSize: true })),
      ids: some.map(({ id }) => id),
      /*
       * Each group of events is stamped separately and numbers its events from 0. So a later group must get a later
       * time of receipt.
       */
      receivedMicros: receivedMicros + start / EVENTS_A_TURN,
      isPaceLow: () => isAlone,
    });
    for (const event of stamped) {
      const isFull = open.length === EVENT_LIMITS.eventsMax || chars + event.json.length > PORTION_CHARS;
      if (open.length === 0 || isFull) {
        [open, chars] = [[], 0];
        portions.push({
          events: open,
          seed: makeEventIdSeed({ projectId: sender.projectId, sent: null, body: new Uint8Array(0), now }),
        });
      }
      open.push(event);
      chars += event.json.length;
    }
  }
  return portions;
}
