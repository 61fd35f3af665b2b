import type { EventWithParsedData } from "./types";
import { encodeUlid, makeUlidEntropyOfNthId, makeUlidEntropy } from "@/server/platform/ulid";

export type EventLimits = {
  /** The most bytes of one event as JSON. */
  eventBytesMax: number;
  /** The most events in one request. */
  eventsMax: number;
  /** The most bytes of one request's body. */
  requestBytesMax: number;
};

export const EVENT_LIMITS: EventLimits = {
  eventBytesMax: 3 * 1024 * 1024,
  eventsMax: 5000,
  requestBytesMax: 32 * 1024 * 1024,
};

export type ParseEventsResult =
  { ok: true; events: EventWithParsedData[] } | { ok: false; status: 400 | 413; error: string };

const NAME_MAX = 512;
/** The most characters of an event id. The id is part of an index, and PostgreSQL limits an index row to 2.7 KB. */
const ID_MAX = 512;
const TS_MIN = Date.UTC(1980, 0, 1);
const TS_MAX = Date.UTC(2100, 0, 1);

class Refused extends Error {
  readonly status: 400 | 413;
  constructor(status: 400 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Parses the body of `POST /e/<key>` by the rules of an Inngest server. The body is one event or an array, as bytes,
 * text or parsed JSON. One bad event refuses the whole request with 400. A request above one of `limits` gets 413, with
 * the limit in the message. Unknown members of an event are dropped, and so is `data._inngest`, which only a server may
 * set.
 */
export function parseEventRequest(body: unknown, limits: EventLimits = EVENT_LIMITS): ParseEventsResult {
  try {
    const value = decode(body, limits);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length > limits.eventsMax)
      throw new Refused(413, `A request can hold ${limits.eventsMax} events, this one has ${list.length}`);
    return { ok: true, events: list.map((event, index) => readEvent(event, index, limits)) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, status: error.status, error: error.message };
    throw error;
  }
}

function decode(body: unknown, limits: EventLimits): unknown {
  const text = body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : body;
  if (typeof text !== "string" && !Buffer.isBuffer(text)) return text;
  if (Buffer.byteLength(text) > limits.requestBytesMax) {
    throw new Refused(413, `A request can be ${limits.requestBytesMax} bytes, this one is ${Buffer.byteLength(text)}`);
  }
  if (text.length === 0)
    throw new Refused(400, "The body is empty; it must be an event, or an array of events, as JSON");
  try {
    return JSON.parse(text.toString());
  } catch {
    throw new Refused(400, "The body is not JSON");
  }
}

function readEvent(value: unknown, index: number, limits: EventLimits): EventWithParsedData {
  const refuse = (problem: string): never => {
    throw new Refused(400, `Event ${index}: ${problem}`);
  };
  if (!isObject(value)) return refuse("must be an object");
  const { name, id, v, user } = value;
  const ts = value.ts ?? undefined;
  if (typeof name !== "string" || name.trim() === "" || name.includes("\u0000"))
    return refuse("name must be a text that is not empty");
  if (name.length > NAME_MAX) refuse(`name can be ${NAME_MAX} characters`);
  if (/^inngest\//i.test(name)) refuse("names that begin with inngest/ are reserved");
  const data = value.data ?? {};
  if (!isObject(data)) return refuse("data must be an object");
  if (ts !== undefined && (typeof ts !== "number" || !Number.isInteger(ts)))
    refuse("ts must be whole milliseconds since 1970");
  // A `ts` of 0 means "now" for the SDK and for Inngest.
  if (typeof ts === "number" && ts !== 0 && (ts < TS_MIN || ts > TS_MAX))
    refuse("ts must lie between 1980 and 2100, as milliseconds since 1970");
  for (const [key, member] of Object.entries({ id, v })) {
    if (member !== undefined && member !== null && (typeof member !== "string" || member.includes("\u0000")))
      refuse(`${key} must be a text`);
  }
  if (typeof id === "string" && id.length > ID_MAX) refuse(`id can be ${ID_MAX} characters`);
  if (user !== undefined && user !== null && !isObject(user)) refuse("user must be an object");
  const { _inngest: _, ...payload } = data;
  const bytes = Buffer.byteLength(JSON.stringify({ name, id, v, user, data: payload }));
  if (bytes > limits.eventBytesMax)
    throw new Refused(413, `Event ${index}: an event can be ${limits.eventBytesMax} bytes, this one is ${bytes}`);
  return {
    name,
    data: payload,
    ...(id ? { id: id as string } : {}),
    ...(ts ? { ts: ts as number } : {}),
    ...(v ? { v: v as string } : {}),
    ...(user ? { user: user as Record<string, unknown> } : {}),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  // Parsed JSON may hold instances of classes, such as LongNumber, which are not plain objects.
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * Makes the ULIDs of a request's events. The SDK repeats a request with the same header `x-inngest-event-id-seed:
 * <millis>,<base64 of 10 bytes>`. The same header gives the same ids: the event's index (from 1) is added to the last
 * four bytes. Without a readable header the ids are random.
 */
export function makeEventIds(count: number, seed: string | null | undefined, now: number): string[] {
  const { millis, entropy } = (seed ? parseEventIdSeed(seed) : null) ?? { millis: now, entropy: makeUlidEntropy() };
  return Array.from({ length: count }, (_, index) => encodeUlid(millis, makeUlidEntropyOfNthId(entropy, index + 1)));
}

export function parseEventIdSeed(seed: string): { millis: number; entropy: Buffer } | null {
  const [millis, base64] = seed.split(",");
  const entropy = Buffer.from(base64 ?? "", "base64");
  const time = Number(millis);
  return entropy.length === 10 && Number.isInteger(time) && time >= 0 && time < 2 ** 48
    ? { millis: time, entropy }
    : null;
}
