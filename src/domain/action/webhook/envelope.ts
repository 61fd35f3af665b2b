import { cutText } from "../../json/cut-text";
import { LongNumber, stringifyJson } from "../../json/long-number";

/** The most bytes of an envelope. The program shortens a larger envelope and marks it as truncated. */
export const ENVELOPE_BYTES_MAX = 256 * 1024;
/**
 * The first limit for the texts (in characters) and the lists and objects (in items) of a subject that is too large
 * even without input, output and metadata. The limit is halved until the envelope fits, at most down to `CUT_LEAST`.
 */
const CUT_START = 64 * 1024;
const CUT_LEAST = 64;
/** The most characters of an id in the shortest form of a subject, which holds only ids. */
const ID_KEPT = 1_024;
/** The most levels of a shortened value. Model output can be nested deeper than a recursion can follow. */
const DEPTH_MAX = 100;
const bodyFields = ["input", "output", "metadata"] as const;

export type EnvelopeInput = {
  source: { name: string; noun: { one: string } };
  apiVersion: "v1";
  /** the time of the event */
  timestamp: Date;
  trigger: { id: string; name: string };
  executionId: string;
  /** the URL of the execution's page */
  url: string;
  /** the fields that the event source gives to actions */
  subject: Record<string, unknown>;
};

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;

/** The subject of an event as JSON text, whole or shortened. */
type Form = { json: string; bytes: number; truncated: boolean };

/** The subject of an envelope. Several bodies with one subject share its JSON text, which is made once. */
export type ShortenableSubject = {
  /** Returns the longest form of at most `bytesMax` bytes. If none fits, it returns the shortest form. */
  fit(bytesMax: number): Form;
};

/**
 * Prepares JSON texts of a subject, from the whole subject down to its ids. Each text is made when it is first needed.
 */
export function prepareShortenableSubject(subject: Record<string, unknown>): ShortenableSubject {
  const forms: Form[] = [];
  const coming = shorterAndShorter(subject);
  return {
    fit(bytesMax) {
      for (let n = 0; ; n++) {
        const form = forms[n];
        if (form && form.bytes <= bytesMax) return form;
        if (form) continue;
        const next = coming.next();
        if (next.done) return forms[n - 1]!;
        const json = stringifyJson(next.value);
        forms.push({ json, bytes: bytesOf(json), truncated: n > 0 });
        n -= 1;
      }
    },
  };
}

/**
 * Yields shorter and shorter forms of a subject. First, input, output and metadata become null, the largest first. Then
 * texts, lists and objects are cut, shorter each time. The last form holds only ids.
 */
function* shorterAndShorter(whole: Record<string, unknown>): Generator<unknown, undefined> {
  yield whole;
  const subject = { ...whole };
  const bySize = bodyFields
    .filter((field) => subject[field] !== undefined && subject[field] !== null)
    .map((field) => ({ field, size: JSON.stringify(subject[field]).length }))
    .sort((a, b) => b.size - a.size);
  for (const { field } of bySize) {
    subject[field] = null;
    yield { ...subject };
  }
  for (let most = CUT_START; most >= CUT_LEAST; most /= 2) yield shorten(subject, most);
  yield shorten({ id: subject.id, traceId: subject.traceId }, ID_KEPT);
}

/**
 * The body of a webhook and its size. The text is made only when the body is written into JSON, so that few texts are
 * in memory.
 */
export type PreparedEnvelope = { bytes: number; toJSON(): string };

/**
 * Prepares the body of a webhook: `{type, apiVersion, timestamp, data: {trigger, execution, [noun]: subject, url}}`.
 * `noun` is the event source's word for its subject. A body over 256 KB has a shortened subject and `truncated: true`.
 */
export function prepareEnvelope(input: Omit<EnvelopeInput, "subject">, forms: ShortenableSubject): PreparedEnvelope {
  const head = JSON.stringify({
    type: input.source.name,
    apiVersion: input.apiVersion,
    timestamp: input.timestamp.toISOString(),
  }).slice(0, -1);
  const data = JSON.stringify({ trigger: input.trigger, execution: { id: input.executionId } }).slice(0, -1);
  const open = `,"data":${data},${JSON.stringify(input.source.noun.one)}:`;
  const end = `,"url":${JSON.stringify(input.url)}}}`;
  const around = bytesOf(head) + bytesOf(open) + bytesOf(end);
  const whole = forms.fit(ENVELOPE_BYTES_MAX - around);
  const form = whole.truncated ? forms.fit(ENVELOPE_BYTES_MAX - around - TRUNCATED.length) : whole;
  return {
    bytes: around + form.bytes + (form.truncated ? TRUNCATED.length : 0),
    toJSON: () => `${head}${form.truncated ? TRUNCATED : ""}${open}${form.json}${end}`,
  };
}

const TRUNCATED = ',"truncated":true';

/** Makes the JSON text of one webhook's body. */
export const buildEnvelopeText = ({ subject, ...input }: EnvelopeInput): string =>
  prepareEnvelope(input, prepareShortenableSubject(subject)).toJSON();

/**
 * Cuts the texts of a value to `most` characters, its lists and objects to `most` items, and its depth to DEPTH_MAX
 * levels. A cut never splits a surrogate pair.
 */
function shorten(value: unknown, most: number, depth = 0): unknown {
  if (typeof value === "string") return value.length <= most ? value : `${cutText(value, most)}…`;
  if (value instanceof LongNumber) return value.digits.length <= most ? value : shorten(value.digits, most);
  if (value && typeof value === "object" && depth === DEPTH_MAX) return "…";
  if (Array.isArray(value)) return value.slice(0, most).map((item) => shorten(item, most, depth + 1));
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, most)
        .map(([key, item]) => [key, shorten(item, most, depth + 1)]),
    );
  }
  return value;
}
