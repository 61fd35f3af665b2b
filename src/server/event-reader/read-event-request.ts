import { getEventSource } from "@/domain/event-source/registry";
import { AppError, httpStatusOf } from "../errors";
import { makeEventIds, parseEventRequest } from "../engine/event-endpoint";
import { readEventBody } from "./read-event-body";
import { makeEventIdSeed } from "./event-id-seed";
import {
  maySendEventName,
  redactAndStampEvents,
  type EventSender,
  type StampedEvent,
} from "../services/redact-and-stamp-events";
import type { RedactionRulesWithSalt } from "../services/redaction/cached-redactor";

/** The reader's input for a request to the event endpoint, besides its body. A thread receives a copy. */
export type EventRequestInput = {
  sender: EventSender;
  /** The sender's id seed. A request that repeats seed and body gets the same event ids. Without it they are random. */
  seed: string | null;
  /** The redaction rules of the project. */
  redaction: RedactionRulesWithSalt | null;
  stampKey: string | null;
  receivedMicros: number;
  now: Date;
};

/** The result of parsing a request: its stamped events, or the reason why it is refused. */
type EventsRead =
  | { ok: true; count: number; events: StampedEvent[]; seed: string }
  | { ok: false; status: number; error: string; unknown?: UnknownEvent };

/** The first event of a refused request whose name this sender may not send. */
type UnknownEvent = { name: string; data: Record<string, unknown> };

/**
 * Parses the body of a request to the event endpoint, checks its events and stamps them. It takes about 20 ms a
 * megabyte.
 * @param isPaceLow tells whether the project sends few events; it gets their number. If so, the events are marked to
 * run one by one
 */
export function readEventRequest(
  bytes: Uint8Array,
  input: EventRequestInput,
  isPaceLow: (count: number) => boolean,
): EventsRead {
  const { sender, redaction, stampKey, receivedMicros, now } = input;
  let unknown: UnknownEvent | undefined;
  try {
    const read = readEventBody(bytes);
    if (!read.ok) return { ok: false, status: 400, error: read.error };
    const parsed = parseEventRequest(read.body.value);
    if (!parsed.ok) return parsed;
    const seed = makeEventIdSeed({ projectId: sender.projectId, sent: input.seed, body: bytes, now });
    const stranger = parsed.events.find(({ name }) => !maySendEventName(name, sender));
    if (stranger) unknown = { name: stranger.name, data: stranger.data };
    const ids = makeEventIds(parsed.events.length, seed, now.getTime());
    const { body } = read;
    const received = parsed.events.map((event) => ({ ...event, data: withoutOwnNotes(event.name, event.data) }));
    const stamping = { sender, events: received, ids, body, redaction, stampKey, receivedMicros, isPaceLow, now };
    const events = redactAndStampEvents(stamping);
    return { ok: true, count: events.length, events, seed };
  } catch (error) {
    if (error instanceof AppError)
      return { ok: false, status: httpStatusOf[error.code], error: error.message, ...(unknown ? { unknown } : {}) };
    throw error;
  }
}

const withoutOwnNotes = (eventName: string, data: Record<string, unknown>): Record<string, unknown> =>
  getEventSource(eventName)?.withoutOwnNotes?.(data) ?? data;
