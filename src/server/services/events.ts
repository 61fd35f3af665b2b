import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { getEventSource, listEventSources } from "@/domain/event-source/registry";
import { replaceUnstorableText } from "@/domain/json/unstorable-text";
import { jsonWithLongNumbers, stringifyJson } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import type { TraceAttributes } from "@/domain/opentelemetry/map/trace-attributes";
import { AppError } from "@/server/errors";
import { canonicalJson } from "@/server/platform/canonical-json";
import { unknownVersionMessage } from "@/server/unknown-version";
import { redactionPlacesOf } from "@/domain/redaction/places";
import type { Redactor } from "@/domain/redaction/redactor";
import { EVENT_DATA_VERSION, type BatchEvent, type NewTraceAttributes } from "./batch-event";
import { cachedRedactorOf, type RedactionSetup } from "./redaction/cached-redactor";

/** An event as an application sent it. Its envelope has been checked. */
type ReceivedEvent = {
  id?: string | undefined;
  name: string;
  data: Record<string, unknown>;
  ts?: number | undefined;
  /** the reason why the endpoint refuses the event, which then becomes a rejected event */
  refusal?: string | undefined;
  /** whether the event's data is a patch, which is merged into the stored state */
  isPatch?: boolean | undefined;
  /** attributes of the event's trace from the request; an event without a subject brings only these */
  trace?: NewTraceAttributes | undefined;
};

/** The sender of events. Its key decides the project. */
export type EventSender = {
  projectId: string;
  /** the sender's event key; null if a person sends the event from the console */
  keyId: string | null;
  depth: number;
  /** the client that the request names: `inngest-js 4.11.0` */
  client?: string | null;
  /** the trace context of the request; undefined without tracing */
  traceparent?: string | undefined;
};

/** The most webhooks of ours that may lead to an event, each by the one before. An event that exceeds it is refused. */
export const WEBHOOK_DEPTH_MAX = 3;

/** The endpoint's own data about an event. It replaces a stamp that the sender wrote. */
type Stamp = {
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
  /** The data is longer than LARGE_CHARS. A separate function takes such events, so that none delays a batch. */
  large?: true;
  mac?: string;
};

/**
 * An event as the endpoint passes it on. It does not carry the sender's id: an Inngest server would drop a later state
 * with the same id for 24 h.
 */
export type StampedEvent = {
  name: string;
  ts: number;
  /** the project */
  owner: string;
  /** the data and its stamp as JSON text, which is written once for every receiver */
  json: string;
};

/**
 * The most characters of JSON of a normal event. Each stage works for a millisecond or two on an event of this length.
 */
const LARGE_CHARS = 256 * 1024;

/** Faults of a request's body that the endpoint has to repair. */
export type BodyTraits = {
  /** the body has numbers with more digits than a JavaScript number keeps */
  hasLongNumbers: boolean;
  /** the body has escapes of characters that the database cannot store, so the data is cleaned */
  mayHoldBadText: boolean;
  /** the body had bytes that were not UTF-8; each run of them is U+FFFD by now */
  hasBrokenBytes: boolean;
};

export type StampEventsInput = {
  sender: EventSender;
  events: readonly ReceivedEvent[];
  /** the internal id of each event; a repeated request has the same ids */
  ids: readonly string[];
  body: BodyTraits;
  /** the project's redaction rules, which apply before anything is stored; null without rules */
  redaction: RedactionSetup | null;
  /**
   * the key of the stamps' HMAC; null if events go straight to the embedded engine, where nobody else can forge a stamp
   */
  stampKey: string | null;
  receivedMicros: number;
  /**
   * takes the number of events; if it returns true, each event runs alone, because a batch on a server waits for its
   * timeout
   */
  isPaceLow: (count: number) => boolean;
  now: Date;
};

/**
 * Stamps project, key and id on events. Events that pass an Inngest server also get an HMAC over all of it, so that the
 * functions refuse events from outside the endpoint.
 * @throws AppError BAD_REQUEST for a name that is no event source, or a project that is not the key's
 */
export function stampEvents(input: StampEventsInput): StampedEvent[] {
  const { sender, events, ids, stampKey, now } = input;
  events.forEach((event, index) => checkEvent(event, index, sender));
  const alone = input.isPaceLow(events.length);
  const redactor = input.redaction && cachedRedactorOf(input.redaction);
  return events.map((event, index) => {
    const { hasLongNumbers, mayHoldBadText, hasBrokenBytes } = input.body;
    const cleaned =
      mayHoldBadText || hasBrokenBytes
        ? replaceUnstorableText(event.data, { hasBrokenBytes })
        : { value: event.data, changed: false };
    const { stamp: _stamp, alone: _alone, kept: _kept, setBy, ...received } = cleaned.value as Record<string, unknown>;
    const redacted = redactor ? redactEvent(redactor, event, received) : received;
    // Only an event that an endpoint made may say which of its fields the trace may fill.
    const data: Record<string, unknown> = event.trace && setBy ? { ...redacted, setBy } : redacted;
    const json = hasLongNumbers ? jsonWithLongNumbers(data) : null;
    const ts = event.ts ?? now.getTime();
    const body = {
      ...(json === null ? data : {}),
      v: versionOf(data.v),
      projectId: sender.projectId,
      // An Inngest server starts a run without a batch at the `ts` of its event.
      ...(alone && ts <= now.getTime() ? { alone: true } : {}),
    };
    const text = JSON.stringify(body);
    const stamp: Stamp = {
      eventId: ids[index]!,
      ...(event.id === undefined ? {} : { senderEventId: redactor?.redactText(event.id) ?? event.id }),
      keyId: sender.keyId,
      depth: sender.depth,
      ...(sender.client ? { client: redactor?.redactText(sender.client) ?? sender.client } : {}),
      ...(sender.traceparent ? { traceparent: sender.traceparent } : {}),
      sanitized: cleaned.changed,
      ...(event.refusal === undefined ? {} : { refusal: redactor?.redactText(event.refusal) ?? event.refusal }),
      ...(event.isPatch ? { isPatch: true } : {}),
      ...(event.trace ? { trace: traceOf(event.trace, event.name, redactor) } : {}),
      receivedMicros: input.receivedMicros,
      place: index,
      ...(json === null ? {} : { json }),
      ...(text.length + (json?.length ?? 0) > LARGE_CHARS ? { large: true as const } : {}),
    };
    const mac = stampKey === null ? {} : { mac: macOf(stampKey, { name: event.name, ts, data: body, stamp }) };
    return {
      name: event.name,
      ts,
      owner: sender.projectId,
      json: `${text.slice(0, -1)},"stamp":${JSON.stringify({ ...stamp, ...mac })}}`,
    };
  });
}

function redactEvent(
  redactor: Redactor,
  { name, isPatch, refusal }: Pick<ReceivedEvent, "name" | "isPatch" | "refusal">,
  data: Record<string, unknown>,
): Record<string, unknown> {
  const kind = refusal !== undefined ? "refused" : isPatch ? "patch" : undefined;
  return redactor.redactData(data, redactionPlacesOf(getEventSource(name)), kind);
}

/** Cleans and redacts the trace attributes of a request, as the same fields of a subject are. */
function traceOf(news: NewTraceAttributes, eventName: string, redactor: Redactor | null): NewTraceAttributes {
  const { id, attributes, ...others } = replaceUnstorableText(news).value as NewTraceAttributes;
  if (!redactor) return { id, attributes, ...others };
  const places = redactionPlacesOf(getEventSource(eventName));
  const redact = (fields: object): Record<string, unknown> => {
    const { within } = places;
    const thing = within === null ? fields : { [within]: fields };
    const redacted = redactor.redactData(thing as Record<string, unknown>, places);
    return (within === null ? redacted : redacted[within]) as Record<string, unknown>;
  };
  const { rootName, ...fields } = attributes;
  const made = { ...redact(fields), rootName: redact({ traceName: rootName })["traceName"] };
  return { id: redactor.redactText(id), attributes: readTrace(made), ...others };
}

/** Parses trace attributes after redaction. A rule may have removed or replaced a value. */
function readTrace(fields: Record<string, unknown>): TraceAttributes {
  const text = (name: string): string | null => (typeof fields[name] === "string" ? fields[name] : null);
  const { tags } = fields;
  return {
    ...{ traceName: text("traceName"), rootName: text("rootName"), userId: text("userId") },
    ...{ sessionId: text("sessionId"), environment: text("environment") },
    ...{ release: text("release"), version: text("version") },
    tags: Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [],
  };
}

/** Redacts an event that did not pass the event endpoint. The endpoint redacts all other events. */
export const redactUnstampedEvent = (setup: RedactionSetup | null, event: BatchEvent): BatchEvent =>
  setup === null
    ? event
    : {
        ...event,
        data: redactEvent(cachedRedactorOf(setup), { name: event.name }, (event.data ?? {}) as Record<string, unknown>),
      };

/**
 * Returns the version of the data. An unknown version passes, so that the functions store the event as a rejected
 * event.
 */
function versionOf(v: unknown): number | string {
  if (v === undefined || v === null) return EVENT_DATA_VERSION;
  return typeof v === "number" ? v : (typeof v === "string" ? v : stringifyJson(v)).slice(0, 50);
}

/** Tells whether an event key may send events of this name. The program itself sends those of every source. */
export const maySendEventName = (name: string, { keyId }: Pick<EventSender, "keyId">): boolean => {
  const source = getEventSource(name);
  return source !== null && (keyId === null || !source.isMadeHere);
};

function checkEvent(event: ReceivedEvent, index: number, sender: EventSender): void {
  if (!maySendEventName(event.name, sender)) {
    const names = listEventSources()
      .map((source) => source.name)
      .filter((name) => maySendEventName(name, sender))
      .join(", ");
    throw new AppError(
      "BAD_REQUEST",
      `events[${index}].name: "${event.name.slice(0, 100)}" is not an event source. This key may send: ${names}.`,
    );
  }
  const claimed = event.data.projectId;
  if (claimed !== undefined && claimed !== sender.projectId) {
    throw new AppError(
      "BAD_REQUEST",
      `events[${index}].data.projectId is not the project of this event key. Leave projectId out: the key decides it.`,
    );
  }
}

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
  const { stamp, ...data } = input.data as Record<string, unknown> & { stamp?: Partial<Stamp> };
  if (stamp && typeof stamp.eventId === "string") {
    const { mac = "", ...rest } = stamp;
    const genuine = stampKey === null || equal(mac, macOf(stampKey, { name, ts, data, stamp: rest }));
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

function macOf(
  key: string,
  { name, ts, data, stamp }: { name: string; ts: number; data: Record<string, unknown>; stamp: object },
): string {
  // The text is JCS (RFC 8785), because an Inngest server may write the same JSON in another form.
  const text = canonicalJson({ name, ts, data, stamp });
  return createHmac("sha256", key).update(text, "utf8").digest("base64url");
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
