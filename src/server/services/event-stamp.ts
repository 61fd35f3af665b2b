import { createHmac } from "node:crypto";
import { writeCanonicalJson } from "@/server/platform/canonical-json";
import type { NewTraceAttributes } from "./batch-event";

/**
 * The event endpoint's own facts about an event. The endpoint adds them to the event's data. If a sender writes a
 * stamp, the endpoint replaces it.
 */
export type EventStamp = {
  eventId: string;
  /** the id that the sender gave the event, only for information */
  senderEventId?: string | undefined;
  keyId: string | null;
  depth: number;
  client?: string;
  traceparent?: string;
  sanitized: boolean;
  /** why the endpoint does not accept the event, which becomes a rejected event; unset for an accepted event */
  refusal?: string;
  /** the data has only some fields, which are merged into the stored state; senders cannot set this */
  isPatch?: true;
  /** attributes for all subjects of the event's trace; senders cannot set this */
  trace?: NewTraceAttributes;
  /** when the event endpoint read the headers of the request, epoch microseconds */
  receivedMicros: number;
  /** the index of the event in its request, from 0 */
  place: number;
  /** the data as JSON text, if it has a number with so many digits that the SDK or an Inngest server would round it */
  json?: string;
  /**
   * The event is large. A separate background function processes such events, so that they do not delay batches of
   * normal events.
   */
  large?: true;
  mac?: string;
};

/**
 * Makes the HMAC over a stamped event. It proves to the background functions that the event came through the event
 * endpoint.
 */
export function computeMacOfStampedEvent(
  key: string,
  { name, ts, data, stamp }: { name: string; ts: number; data: Record<string, unknown>; stamp: object },
): string {
  // The HMAC covers canonical JSON (RFC 8785), because an Inngest server may reorder or reformat the JSON.
  const text = writeCanonicalJson({ name, ts, data, stamp });
  return createHmac("sha256", key).update(text, "utf8").digest("base64url");
}
