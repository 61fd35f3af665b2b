import { cutText } from "../json/cut-text";
import type { RefusedSpan } from "./decode/trace-export";

/** The encoding of a request, in which the answer is written too. */
export type OtlpEncoding = "json" | "protobuf";

type Answer = { contentType: string; body: Uint8Array<ArrayBuffer> };

/** The field of a partial success that holds the number of refused items, by kind of export. */
type RefusedName = "rejectedSpans" | "rejectedLogRecords" | "rejectedDataPoints";

/** Codes of google.rpc.Status (https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto). */
export const RPC_STATUS_CODES = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

const contentTypes: Record<OtlpEncoding, string> = { json: "application/json", protobuf: "application/x-protobuf" };
const utf8 = new TextEncoder();

/**
 * Writes an Export…ServiceResponse. It is empty without refused items and a message, because a client logs every
 * message that comes back.
 * @param refused the number of refused items; 0 with a message makes the message a hint about the accepted items
 */
export function writeExportAnswer(
  encoding: OtlpEncoding,
  { refused, message, name = "rejectedSpans" }: { refused: number; message: string; name?: RefusedName },
): Answer {
  const isEmpty = refused === 0 && message === "";
  if (encoding === "json")
    // The JSON of protobuf writes an int64 as decimal text.
    return json(isEmpty ? {} : { partialSuccess: { [name]: String(refused), errorMessage: message } });
  return protobuf(isEmpty ? [] : lengthField(1, [...varintField(1, refused), ...textField(2, message)]));
}

/** Writes a google.rpc.Status: the reason why the whole request was refused. */
export function writeStatusAnswer(encoding: OtlpEncoding, code: number, message: string): Answer {
  return encoding === "json" ? json({ code, message }) : protobuf([...varintField(1, code), ...textField(2, message)]);
}

const json = (value: object): Answer => ({
  contentType: contentTypes.json,
  body: utf8.encode(JSON.stringify(value)),
});
const protobuf = (bytes: number[]): Answer => ({ contentType: contentTypes.protobuf, body: Uint8Array.from(bytes) });

const varintField = (field: number, value: number): number[] => (value === 0 ? [] : [field << 3, ...varint(value)]);
const textField = (field: number, text: string): number[] =>
  text === "" ? [] : lengthField(field, [...utf8.encode(text)]);
const lengthField = (field: number, bytes: number[]): number[] => [(field << 3) | 2, ...varint(bytes.length), ...bytes];

function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left > 0x7f; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80);
  return [...bytes, left];
}

/**
 * The most UTF-16 units of a message. Each takes at most three bytes, so the message stays below the 2 KB of the
 * specification.
 */
const MESSAGE_MAX = 680;
const NAMES_MAX = 5;
const HINTS_MAX = 20;
const NAME_LENGTH_MAX = 60;

/**
 * Describes why spans were refused: a count for each reason, some names, and the hints. Empty if there is nothing to
 * report.
 */
export function describeRefusedSpans(refused: readonly RefusedSpan[], hints: Iterable<string> = []): string {
  const counts = new Map<string, number>();
  for (const { reason } of refused) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} × ${reason}`);
  const names = [...new Set(refused.map(({ name }) => name).filter(Boolean))].slice(0, NAMES_MAX);
  const shown = names.map((name) => `"${name.slice(0, NAME_LENGTH_MAX)}"`).join(", ");
  const parts = [
    refused.length > 0 ? `${refused.length} ${refused.length === 1 ? "span was" : "spans were"} refused` : "",
    names.length > 0 ? `Names: ${shown}` : "",
    ...reasons,
    ...[...hints].slice(0, HINTS_MAX).map((hint) => hint.replace(/\.$/, "")),
  ];
  return cutText(parts.filter(Boolean).join(". "), MESSAGE_MAX);
}
