import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { getEventSource, listEventSources } from "@/domain/event-source/registry";
import { cleanText } from "@/domain/json/clean-text";
import { longJson, stringifyJson } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import { AppError } from "@/server/errors";
import { unknownVersion } from "@/server/inngest/events";
import { canonicalJson } from "@/server/platform/canonical-json";
import type { BatchEvent } from "./action-creation/types";

/** An event as an application sent it, its envelope already checked. */
type ReceivedEvent = {
  id?: string | undefined;
  name: string;
  data: Record<string, unknown>;
  ts?: number | undefined;
  /** why the endpoint itself refuses it: it is kept as a rejected event */
  refusal?: string | undefined;
  /** whether its data is a patch that is merged onto the stored state */
  isPatch?: boolean | undefined;
};

/** Who sent it: the key decides the project. */
export type EventSender = { projectId: string; keyId: string; depth: number };

/** The version of the data of event sources. An event without one has it; a sender may name it in `data.v`. */
const DATA_VERSION = 1;

/** Webhooks of ours that may lead to one another before an event is refused. */
export const DEPTH_MAX = 3;

/** What the event endpoint puts on an event, over whatever the body says. */
type Stamp = {
  eventId: string;
  /** the id that the sender gave the event; it orders and drops nothing */
  senderEventId?: string | undefined;
  keyId: string;
  depth: number;
  sanitized: boolean;
  /** why the endpoint refused the event, which is kept as a rejected event */
  refusal?: string;
  /** the data is a patch; a sender cannot say so */
  isPatch?: true;
  /** epoch microseconds at which the headers of the request were read */
  receivedMicros: number;
  /** in the request, from 0 */
  place: number;
  /** the data as JSON text, where it holds a long number: the SDK and an Inngest server would round it */
  json?: string;
  /** Its data is longer than LARGE_CHARS: it has a function of its own, so that no batch is held up by it. */
  large?: true;
  mac?: string;
};

/**
 * An event as the endpoint hands it on. It carries no id of the sender: a server would drop a later state of the same id
 * for 24 h where it starts a run for each event.
 */
export type StampedEvent = {
  name: string;
  ts: number;
  /** the project */
  owner: string;
  /** the data, stamp included, as JSON text: it is written once, whoever takes it */
  json: string;
};

/** Characters of JSON. Each stage works a millisecond or two on an event of this length. */
const LARGE_CHARS = 256 * 1024;

/** What the body of a request may hold that is not kept as it is. */
export type BodyTraits = {
  /** numbers with more digits than a JavaScript number keeps */
  hasLongNumbers: boolean;
  /** escapes of what no text of a database can hold: the data is cleaned */
  mayHoldBadText: boolean;
  /** bytes that were no UTF-8: each run of them is U+FFFD by now */
  hasBrokenBytes: boolean;
};

export type StampInput = {
  sender: EventSender;
  events: readonly ReceivedEvent[];
  /** the internal id of each event, the same again for a repeated request */
  ids: readonly string[];
  body: BodyTraits;
  /** null where events go straight to the embedded engine: nobody in between could put a stamp on one */
  stampKey: string | null;
  receivedMicros: number;
  /** told how many events there are; where it says yes they run one by one: a batch on a server waits for its timeout */
  isPaceLow: (count: number) => boolean;
  now: Date;
};

/**
 * Stamps project, key and id on events, with an HMAC over all of it where they pass an Inngest server, so that the
 * functions take no event that did not come through the endpoint.
 * @throws AppError BAD_REQUEST for a name that a project's key may not send, or a project that is not the key's
 */
export function stampEvents(input: StampInput): StampedEvent[] {
  const { sender, events, ids, stampKey, now } = input;
  events.forEach((event, index) => checkEvent(event, index, sender));
  const alone = input.isPaceLow(events.length);
  return events.map((event, index) => {
    const { hasLongNumbers, mayHoldBadText, hasBrokenBytes } = input.body;
    const cleaned =
      mayHoldBadText || hasBrokenBytes
        ? cleanText(event.data, { hasBrokenBytes })
        : { value: event.data, changed: false };
    const { stamp: _stamp, alone: _alone, setBy: _setBy, ...data } = cleaned.value as Record<string, unknown>;
    const json = hasLongNumbers ? longJson(data) : null;
    const ts = event.ts ?? now.getTime();
    const body = {
      ...(json === null ? data : {}),
      v: versionOf(data.v),
      projectId: sender.projectId,
      // A server starts a run that is no batch at its event's ts.
      ...(alone && ts <= now.getTime() ? { alone: true } : {}),
    };
    const text = JSON.stringify(body);
    const stamp: Stamp = {
      eventId: ids[index]!,
      ...(event.id === undefined ? {} : { senderEventId: event.id }),
      keyId: sender.keyId,
      depth: sender.depth,
      sanitized: cleaned.changed,
      ...(event.refusal === undefined ? {} : { refusal: event.refusal }),
      ...(event.isPatch ? { isPatch: true } : {}),
      receivedMicros: input.receivedMicros,
      place: index,
      ...(json === null ? {} : { json }),
      ...(text.length + (json?.length ?? 0) > LARGE_CHARS ? { large: true as const } : {}),
    };
    const mac = stampKey === null ? {} : { mac: macOf(stampKey, event.name, ts, body, stamp) };
    return {
      name: event.name,
      ts,
      owner: sender.projectId,
      json: `${text.slice(0, -1)},"stamp":${JSON.stringify({ ...stamp, ...mac })}}`,
    };
  });
}

/** A version that the program does not know passes: the functions keep its event as a rejected event. */
function versionOf(v: unknown): number | string {
  if (v === undefined || v === null) return DATA_VERSION;
  return typeof v === "number" ? v : (typeof v === "string" ? v : stringifyJson(v)).slice(0, 50);
}

function checkEvent(event: ReceivedEvent, index: number, sender: EventSender): void {
  if (!getEventSource(event.name)) {
    const names = listEventSources()
      .map((source) => source.name)
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

/** What the functions learn of an event. */
export type OpenedEvent = { ok: true; projectId: string; event: BatchEvent } | RefusedEvent;
/** An event that the functions do not take. Its project is null where nothing vouches for it. */
export type RefusedEvent = { ok: false; projectId: string | null; event: BatchEvent; reason: string };

/**
 * Reads the stamp of an event that reached a function. Without a valid one the event came past the endpoint: it is
 * taken only where INNGEST_TRUST_EVENTS allows it, and then it has to name its project. Data of a version that this
 * program does not know are refused.
 */
export function openEvent(input: OpenInput): OpenedEvent {
  const opened = readStamp(input);
  const { v = DATA_VERSION } = input.data;
  if (!opened.ok || v === DATA_VERSION) return opened;
  return { ...opened, ok: false, reason: unknownVersion(v, DATA_VERSION) };
}

type OpenInput = {
  id: string;
  name: string;
  ts: number;
  data: Record<string, unknown>;
  stampKey: string | null;
  trustEvents: boolean;
  /** the order of receipt where the event has no stamp: when the batch came, epoch microseconds, and the place in it */
  batch: { receivedMicros: number; place: number };
};

function readStamp(input: OpenInput): OpenedEvent {
  const { name, ts, stampKey, batch } = input;
  const { stamp, ...data } = input.data as Record<string, unknown> & { stamp?: Partial<Stamp> };
  if (stamp && typeof stamp.eventId === "string") {
    const { mac = "", ...rest } = stamp;
    const genuine = stampKey === null || equal(mac, macOf(stampKey, name, ts, data, rest));
    if (genuine && typeof data.projectId === "string") {
      const { alone: _alone, ...payload } = data;
      const event = {
        id: stamp.eventId,
        name,
        ts,
        data: stamp.json === undefined ? payload : { ...(parseJson(stamp.json) as object), projectId: data.projectId },
        keyId: stamp.keyId ?? null,
        depth: stamp.depth ?? 0,
        sanitized: stamp.sanitized ?? false,
        receivedMicros: stamp.receivedMicros ?? batch.receivedMicros,
        place: stamp.place ?? batch.place,
      };
      const patched = stamp.isPatch ? { ...event, patch: event.data } : event;
      const { projectId } = data;
      return stamp.refusal === undefined
        ? { ok: true, projectId, event: patched }
        : { ok: false, projectId, event, reason: stamp.refusal };
    }
  }
  const cleaned = cleanText(data);
  const id = contentId(input);
  const event = { id, name, ts, data: cleaned.value, keyId: null, depth: 0, sanitized: cleaned.changed, ...batch };
  if (!input.trustEvents) {
    return {
      ok: false,
      projectId: null,
      event,
      reason:
        "It did not come through this app's event endpoint (no valid stamp). Send events to /e/<event key>, or set INNGEST_TRUST_EVENTS=1.",
    };
  }
  if (typeof data.projectId !== "string" || data.projectId === "") {
    return {
      ok: false,
      projectId: null,
      event,
      reason: "data.projectId is missing. Events sent past this app's event endpoint have to name their project.",
    };
  }
  return { ok: true, projectId: data.projectId, event };
}

/**
 * The id of an event without our stamp. Its own may be any text that an application chose, the same for each state of
 * an observation: with other content it counts as another event, a true repeat does not.
 */
function contentId({ id, name, ts, data }: { id: string; name: string; ts: number; data: unknown }): string {
  return createHash("sha256").update(canonicalJson({ id, name, ts, data })).digest("base64url").slice(0, 26);
}

function macOf(key: string, name: string, ts: number, data: Record<string, unknown>, stamp: object): string {
  // JCS (RFC 8785), so that a server in between may write the same JSON in other words.
  const text = canonicalJson({ name, ts, data, stamp });
  return createHmac("sha256", key).update(text, "utf8").digest("base64url");
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
