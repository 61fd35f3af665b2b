import { getEventSource, listEventSources } from "@/domain/event-source/registry";
import { stringifyJsonIfLongNumbers, stringifyJson } from "@/domain/json/long-number";
import { replaceUnstorableText } from "@/domain/json/unstorable-text";
import type { TraceAttributes } from "@/domain/opentelemetry/map/trace-attributes";
import { getRedactionLayout } from "@/domain/redaction/redaction-layout";
import type { Redactor } from "@/domain/redaction/redactor";
import { AppError } from "@/server/errors";
import { EVENT_DATA_VERSION, type NewTraceAttributes } from "./batch-event";
import { computeMacOfStampedEvent, type EventStamp } from "./event-stamp";
import { redactEvent } from "./redact-event";
import { getCachedRedactor, type RedactionRulesWithSalt } from "./redaction/cached-redactor";

/** An event as a sender sent it. The types of its fields have been checked, but not its data. */
type ReceivedEvent = {
  id?: string | undefined;
  name: string;
  data: Record<string, unknown>;
  ts?: number | undefined;
  /** why the endpoint does not accept the event, which becomes a rejected event; unset for an accepted event */
  refusal?: string | undefined;
  /** whether the data has only some fields, which are merged into the stored state */
  isPatch?: boolean | undefined;
  /** whether data that is too large for an event is cut; without it the endpoint refuses such an event */
  isCutToSize?: boolean | undefined;
  /** attributes for all subjects of the event's trace, which came with the request */
  trace?: NewTraceAttributes | undefined;
};

/** Who sent a request with events. The event key decides the project. */
export type EventSender = {
  projectId: string;
  /** the id of the sender's event key; null if the program sends the event itself */
  keyId: string | null;
  depth: number;
  /** the client library that the request names, such as `inngest-js 4.11.0` */
  client?: string | null;
  /** the W3C trace context of the request; undefined without tracing */
  traceparent?: string | undefined;
};

/**
 * An event is refused if a chain of more than this many webhooks of this program led to it. This stops endless loops.
 */
export const WEBHOOK_DEPTH_MAX = 3;

/**
 * An event as the event endpoint hands it to the engine. The engine does not get the sender's id as the event's id,
 * because an Inngest server ignores a second event with the same id for 24 h.
 */
export type StampedEvent = {
  name: string;
  ts: number;
  /** the project */
  owner: string;
  /** the data with its stamp as JSON text, which is made only once */
  json: string;
};

/**
 * An event with more characters of JSON than this counts as large. Each step takes one or two milliseconds for an event
 * of this length.
 */
const LARGE_CHARS = 256 * 1024;

/** Peculiarities of the body of a request, for which the endpoint must repair or preserve data. */
export type RequestBodyTraits = {
  /** the body has numbers with more digits than a JavaScript number can hold */
  hasLongNumbers: boolean;
  /** the body may hold characters that PostgreSQL cannot store, so the data must be searched for them */
  mayHoldBadText: boolean;
  /** the body had bytes that were not UTF-8, which the parser has replaced by U+FFFD */
  hasBrokenBytes: boolean;
};

export type RedactAndStampEventsInput = {
  sender: EventSender;
  events: readonly ReceivedEvent[];
  /** the internal id of each event; if a sender repeats a request, the ids are the same */
  ids: readonly string[];
  body: RequestBodyTraits;
  /** collects the names of fields that were cut, for the answer to the sender */
  cutFields?: Set<string>;
  /** the project's redaction rules, which are applied here, before anything is stored; null without rules */
  redaction: RedactionRulesWithSalt | null;
  /** the key for the HMAC of each stamp; null for the embedded engine, to which nobody else can send events */
  stampKey: string | null;
  receivedMicros: number;
  /**
   * tells whether so few events arrive that each gets its own run; on an Inngest server, a batch would wait for its
   * timeout
   */
  isPaceLow: (count: number) => boolean;
  now: Date;
};

/**
 * Makes events ready for the engine. It replaces characters that PostgreSQL cannot store, applies the project's
 * redaction rules, and adds a stamp: key, internal id, depth and more. Events that go through an Inngest server also
 * get an HMAC, so that the background functions can refuse events from elsewhere.
 * @throws AppError BAD_REQUEST if the name of an event is no event source that this sender may send, or an event names
 * another project than the key's
 */
export function redactAndStampEvents(input: RedactAndStampEventsInput): StampedEvent[] {
  const { sender, events, ids, stampKey, now } = input;
  events.forEach((event, index) => checkEvent(event, index, sender));
  const alone = input.isPaceLow(events.length);
  const redactor = input.redaction && getCachedRedactor(input.redaction);
  return events.map((event, index) => {
    const { hasLongNumbers, mayHoldBadText, hasBrokenBytes } = input.body;
    const cleaned =
      mayHoldBadText || hasBrokenBytes
        ? replaceUnstorableText(event.data, { hasBrokenBytes })
        : { value: event.data, changed: false };
    const { stamp: _stamp, alone: _alone, kept: _kept, setBy, ...received } = cleaned.value as Record<string, unknown>;
    const redacted = redactor ? redactEvent(redactor, event, received) : received;
    // Senders must not set `setBy`, which lists the fields that attributes of the trace may fill.
    const data: Record<string, unknown> = event.trace && setBy ? { ...redacted, setBy } : redacted;
    if (event.isCutToSize) for (const name of cutToEventSize(event.name, data)) input.cutFields?.add(name);
    const json = hasLongNumbers ? stringifyJsonIfLongNumbers(data) : null;
    const ts = event.ts ?? now.getTime();
    const body = {
      ...(json === null ? data : {}),
      v: versionOf(data.v),
      projectId: sender.projectId,
      // An Inngest server delays a function that takes single events until the `ts` of its event.
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
      stampKey === null ? {} : { mac: computeMacOfStampedEvent(stampKey, { name: event.name, ts, data: body, stamp }) };
    return {
      name: event.name,
      ts,
      owner: sender.projectId,
      json: `${text.slice(0, -1)},"stamp":${JSON.stringify({ ...stamp, ...mac })}}`,
    };
  });
}

const cutToEventSize = (eventName: string, data: Record<string, unknown>): string[] =>
  getEventSource(eventName)?.cutToEventSize?.(data) ?? [];

/**
 * Replaces characters in trace attributes that PostgreSQL cannot store. Then it applies the redaction rules for the
 * same fields of an event.
 */
function traceOf(news: NewTraceAttributes, eventName: string, redactor: Redactor | null): NewTraceAttributes {
  const { id, attributes, ...others } = replaceUnstorableText(news).value as NewTraceAttributes;
  if (!redactor) return { id, attributes, ...others };
  const layout = getRedactionLayout(getEventSource(eventName));
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

/** Parses trace attributes again after redaction, because a rule may have removed or replaced a value. */
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
 * Returns the format version of an event's data. An unknown version is passed on, so that the background functions
 * store the event as a rejected event.
 */
function versionOf(v: unknown): number | string {
  if (v === undefined || v === null) return EVENT_DATA_VERSION;
  return typeof v === "number" ? v : (typeof v === "string" ? v : stringifyJson(v)).slice(0, 50);
}

/**
 * Tells whether events of this name may be sent with an event key. Events of some sources only the program itself may
 * send.
 */
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
