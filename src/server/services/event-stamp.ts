import { createHmac } from "node:crypto";
import { canonicalJson } from "@/server/platform/canonical-json";
import type { NewTraceAttributes } from "./batch-event";

/** The endpoint's own data about an event. It replaces a stamp that the sender wrote. */
export type EventStamp = {
  eventId: string;
  /** the sender's id of the event; the order and the repeats of events do not depend on it */
  senderEventId?: string | undefined;
  keyId: string | null;
  depth: number;
  client?: string;
  traceparent?: string;
  sanitized: boolean;
  /** the reason why the endpoint refuses the event, which then becomes a rejected event */
  refusal?: string;
  /** the data is a patch; a sender cannot set this */
  isPatch?: true;
  /** attributes of the event's trace; a sender cannot set this */
  trace?: NewTraceAttributes;
  /** the time at which the endpoint read the request's headers, epoch microseconds */
  receivedMicros: number;
  /** the index of the event in its request, from 0 */
  place: number;
  /** the data as JSON text if it holds a long number, which the SDK and an Inngest server would round */
  json?: string;
  /**
   * The data is longer than the limit of a normal event. A separate function takes such events, so that none delays a
   * batch.
   */
  large?: true;
  mac?: string;
};

/** Makes the HMAC of a stamped event. It shows that the event passed the event endpoint. */
export function macOfStampedEvent(
  key: string,
  { name, ts, data, stamp }: { name: string; ts: number; data: Record<string, unknown>; stamp: object },
): string {
  // The text is JCS (RFC 8785), because an Inngest server may write the same JSON in another form.
  const text = canonicalJson({ name, ts, data, stamp });
  return createHmac("sha256", key).update(text, "utf8").digest("base64url");
}
