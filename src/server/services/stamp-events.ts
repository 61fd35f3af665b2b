import { getEventSource, listEventSources } from "@/domain/event-source/registry";
import { stringifyJsonIfLongNumbers, stringifyJson } from "@/domain/json/long-number";
import { replaceUnstorableText } from "@/domain/json/unstorable-text";
import type { TraceAttributes } from "@/domain/opentelemetry/map/trace-attributes";
import { redactionLayoutOf } from "@/domain/redaction/redaction-layout";
import type { Redactor } from "@/domain/redaction/redactor";
import { AppError } from "@/server/errors";
import { EVENT_DATA_VERSION, type NewTraceAttributes } from "./batch-event";
import { macOfStampedEvent, type EventStamp } from "./event-stamp";
import { redactEvent } from "./redact-event";
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
    const json = hasLongNumbers ? stringifyJsonIfLongNumbers(data) : null;
    const ts = event.ts ?? now.getTime();
    const body = {
      ...(json === null ? data : {}),
      v: versionOf(data.v),
      projectId: sender.projectId,
      // An Inngest server starts a run without a batch at the `ts` of its event.
      ...(alone && ts <= now.getTime() ? { alone: true } : {}),
    };
    const text = JSON.stringify(body);
    const stamp: EventStamp = {
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
    const mac =
      stampKey === null ? {} : { mac: macOfStampedEvent(stampKey, { name: event.name, ts, data: body, stamp }) };
    return {
      name: event.name,
      ts,
      owner: sender.projectId,
      json: `${text.slice(0, -1)},"stamp":${JSON.stringify({ ...stamp, ...mac })}}`,
    };
  });
}

/** Cleans and redacts the trace attributes of a request, as the same fields of a subject are. */
function traceOf(news: NewTraceAttributes, eventName: string, redactor: Redactor | null): NewTraceAttributes {
  const { id, attributes, ...others } = replaceUnstorableText(news).value as NewTraceAttributes;
  if (!redactor) return { id, attributes, ...others };
  const layout = redactionLayoutOf(getEventSource(eventName));
  const redact = (fields: object): Record<string, unknown> => {
    const { within } = layout;
    const thing = within === null ? fields : { [within]: fields };
    const redacted = redactor.redactData(thing as Record<string, unknown>, layout);
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
