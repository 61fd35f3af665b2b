import { createHash } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { EVENT_LIMITS } from "../engine/event-endpoint";
import { stampEvents, type EventSender, type StampedEvent, type StampEventsInput } from "../services/stamp-events";
import type { RedactionSetup } from "../services/redaction/cached-redactor";
import { makeRequestSeed } from "./request-seed";

/** The facts of a request of an OTLP or Langfuse client, without its body. The thread receives a copy. */
export type ClientRequestFacts = {
  sender: EventSender & { keyId: string };
  /** the name and version of the SDK that the request gives */
  client: { sdk: string | null; sdkVersion: string | null };
  /** the redaction rules of the project */
  redaction: RedactionSetup | null;
  stampKey: string | null;
  receivedMicros: number;
  now: Date;
};

/** An event that the endpoint made from the content of a client's request. The same content gets the same id. */
export type EventFromClient = StampEventsInput["events"][number] & { id: string };

/** Stamped events that the engine accepts in one request. */
export type EventPortion = { events: StampedEvent[]; seed: string };

/**
 * Makes the id of an event from its content. So the same content, sent to a project again, makes no second event.
 * @param protocol keeps the ids of two protocols apart
 */
export const eventIdOfContent = (protocol: string, projectId: string, ...content: string[]): string =>
  `${protocol}:${createHash("sha256")
    .update(JSON.stringify([projectId, ...content]))
    .digest("base64url")
    .slice(0, 26)}`;

/** The events that are stamped before other requests have their turn. */
const EVENTS_A_TURN = 250;
/** The most characters of JSON in a portion. The engine writes them in a second on a busy disk. */
const PORTION_CHARS = 8_388_608;

/** Stamps events, and makes portions of at most 5,000 events and about 8 MB. */
export async function stampPortions(
  { events, body }: { events: readonly EventFromClient[]; body: StampEventsInput["body"] },
  { sender, redaction, stampKey, receivedMicros, now }: ClientRequestFacts,
  isPaceLow: (count: number) => boolean,
): Promise<EventPortion[]> {
  const portions: EventPortion[] = [];
  // Either all events of a request run alone, or none does.
  const isAlone = events.length > 0 && isPaceLow(events.length);
  let [open, chars]: [StampedEvent[], number] = [[], 0];
  for (let start = 0; start < events.length; start += EVENTS_A_TURN) {
    if (start > 0) await turn();
    const some = events.slice(start, start + EVENTS_A_TURN);
    const stamped = stampEvents({
      ...{ sender, body, redaction, stampKey, now },
      events: some.map(({ id: _id, ...event }) => event),
      ids: some.map(({ id }) => id),
      // Each stamping counts places from 0, so later events get a later time of receipt.
      receivedMicros: receivedMicros + start / EVENTS_A_TURN,
      isPaceLow: () => isAlone,
    });
    for (const event of stamped) {
      const isFull = open.length === EVENT_LIMITS.eventsMax || chars + event.json.length > PORTION_CHARS;
      if (open.length === 0 || isFull) {
        [open, chars] = [[], 0];
        portions.push({
          events: open,
          seed: makeRequestSeed({ projectId: sender.projectId, sent: null, body: new Uint8Array(0), now }),
        });
      }
      open.push(event);
      chars += event.json.length;
    }
  }
  return portions;
}
