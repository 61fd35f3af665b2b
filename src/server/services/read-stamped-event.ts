import { createHash, timingSafeEqual } from "node:crypto";
import { parseJson } from "@/domain/json/read-json";
import { replaceUnstorableText } from "@/domain/json/unstorable-text";
import { canonicalJson } from "@/server/platform/canonical-json";
import { unknownVersionMessage } from "@/server/unknown-version";
import { EVENT_DATA_VERSION, type BatchEvent } from "./batch-event";
import { macOfStampedEvent, type EventStamp } from "./event-stamp";

/** An event that reached a function: accepted with its project, or refused with the reason. */
export type EventWithReadStamp = { ok: true; projectId: string; event: BatchEvent; isStamped: boolean } | RefusedEvent;
/** An event that the functions refuse. Its project is null if no valid stamp names a project. */
export type RefusedEvent = {
  ok: false;
  projectId: string | null;
  event: BatchEvent;
  reason: string;
  /** whether the event passed the event endpoint */
  isStamped: boolean;
};

/**
 * Reads the stamp of an event that reached a function. An event without a valid stamp did not pass the endpoint. It is
 * accepted only if INNGEST_TRUST_EVENTS allows it and the event names its project. Data of an unknown version is
 * refused.
 */
export function readStampedEvent(input: OpenInput): EventWithReadStamp {
  const opened = readStamp(input);
  const { v = EVENT_DATA_VERSION } = input.data;
  if (!opened.ok || v === EVENT_DATA_VERSION) return opened;
  return { ...opened, ok: false, reason: unknownVersionMessage(v, EVENT_DATA_VERSION) };
}

type OpenInput = {
  id: string;
  name: string;
  ts: number;
  data: Record<string, unknown>;
  stampKey: string | null;
  trustEvents: boolean;
  /**
   * the order of receipt of an event without a stamp: the arrival of its batch in epoch microseconds, and its index in
   * the batch
   */
  batch: { receivedMicros: number; place: number };
};

function readStamp(input: OpenInput): EventWithReadStamp {
  const { name, ts, stampKey, batch } = input;
  const { stamp, ...data } = input.data as Record<string, unknown> & { stamp?: Partial<EventStamp> };
  if (stamp && typeof stamp.eventId === "string") {
    const { mac = "", ...rest } = stamp;
    const genuine = stampKey === null || equal(mac, macOfStampedEvent(stampKey, { name, ts, data, stamp: rest }));
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
 * Makes an id for an event without our stamp. The application may give the same id to every state of a subject. So
 * the same id with other content is another event, and the same id with the same content is a repeat.
 */
function contentId({ id, name, ts, data }: { id: string; name: string; ts: number; data: unknown }): string {
  return createHash("sha256").update(canonicalJson({ id, name, ts, data })).digest("base64url").slice(0, 26);
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
