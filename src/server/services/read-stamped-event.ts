import { createHash, timingSafeEqual } from "node:crypto";
import { parseJson } from "@/domain/json/read-json";
import { replaceUnstorableText } from "@/domain/json/unstorable-text";
import { writeCanonicalJson } from "@/server/platform/canonical-json";
import { describeUnknownVersion } from "@/server/unknown-version";
import { EVENT_DATA_VERSION, type BatchEvent } from "./batch-event";
import { computeMacOfStampedEvent, type EventStamp } from "./event-stamp";

/**
 * An event as a background function received it, after its stamp was read: accepted, with its project; or refused, with
 * the reason.
 */
export type EventWithReadStamp = { ok: true; projectId: string; event: BatchEvent; isStamped: boolean } | RefusedEvent;
/**
 * An event that the background functions refuse, with the reason. `projectId` is null if no valid stamp names the
 * project.
 */
export type RefusedEvent = {
  ok: false;
  projectId: string | null;
  event: BatchEvent;
  reason: string;
  /** whether the event has a valid stamp, because it came through the event endpoint */
  isStamped: boolean;
};

/**
 * Reads the stamp of an event that a background function received. An event without a valid stamp is accepted only if
 * INNGEST_TRUST_EVENTS is set and the event names its project. Data in an unknown format version is refused.
 */
export function readStampedEvent(input: OpenInput): EventWithReadStamp {
  const opened = readStamp(input);
  const { v = EVENT_DATA_VERSION } = input.data;
  if (!opened.ok || v === EVENT_DATA_VERSION) return opened;
  return { ...opened, ok: false, reason: describeUnknownVersion(v, EVENT_DATA_VERSION) };
}

type OpenInput = {
  id: string;
  name: string;
  ts: number;
  data: Record<string, unknown>;
  /** the key of the stamps; null with the embedded engine, whose stamps count without a key */
  stampKey: string | null;
  trustEvents: boolean;
  /**
   * the order of receipt for an event without a stamp: when its batch arrived, epoch microseconds, and its index in the
   * batch
   */
  batch: { receivedMicros: number; place: number };
};

function readStamp(input: OpenInput): EventWithReadStamp {
  const { name, ts, stampKey, batch } = input;
  const { stamp, ...data } = input.data as Record<string, unknown> & { stamp?: Partial<EventStamp> };
  if (stamp && typeof stamp.eventId === "string") {
    const { mac = "", ...rest } = stamp;
    const genuine =
      stampKey === null || equal(mac, computeMacOfStampedEvent(stampKey, { name, ts, data, stamp: rest }));
    if (genuine && typeof data.projectId === "string") {
      const { alone: _alone, ...payload } = data;
      const event = {
        id: stamp.eventId,
        name,
        ts,
        data: stamp.json === undefined ? payload : { ...(parseJson(stamp.json) as object), projectId: data.projectId },
        keyId: stamp.keyId ?? null,
        depth: stamp.depth ?? 0,
        client: stamp.client ?? null,
        sanitized: stamp.sanitized ?? false,
        receivedMicros: stamp.receivedMicros ?? batch.receivedMicros,
        place: stamp.place ?? batch.place,
        ...(stamp.trace ? { trace: stamp.trace } : {}),
        ...(stamp.traceparent ? { traceparent: stamp.traceparent } : {}),
      };
      const patched = stamp.isPatch ? { ...event, patch: event.data } : event;
      const { projectId } = data;
      return stamp.refusal === undefined
        ? { ok: true, projectId, event: patched, isStamped: true }
        : { ok: false, projectId, event, reason: stamp.refusal, isStamped: true };
    }
  }
  const cleaned = replaceUnstorableText(data);
  const id = contentId(input);
  const event = { id, name, ts, data: cleaned.value, keyId: null, depth: 0, sanitized: cleaned.changed, ...batch };
  if (!input.trustEvents) {
    return {
      ok: false,
      projectId: null,
      event,
      isStamped: false,
      reason:
        "It did not come through this app's event endpoint (no valid stamp). " +
        "Send events to /e/<event key>, or set INNGEST_TRUST_EVENTS=1.",
    };
  }
  if (typeof data.projectId !== "string" || data.projectId === "") {
    return {
      ok: false,
      projectId: null,
      event,
      isStamped: false,
      reason: "data.projectId is missing. Events sent past this app's event endpoint have to name their project.",
    };
  }
  return { ok: true, projectId: data.projectId, event, isStamped: false };
}

/**
 * Makes the internal id of an event that did not come through the event endpoint. The id depends on the sender's id and
 * the content. So the same id with other content is another event, and with the same content it is a repeat.
 */
function contentId({ id, name, ts, data }: { id: string; name: string; ts: number; data: unknown }): string {
  return createHash("sha256").update(writeCanonicalJson({ id, name, ts, data })).digest("base64url").slice(0, 26);
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
