import { isUtf8 } from "node:buffer";
import { setImmediate as turn } from "node:timers/promises";
import { describeCutField } from "@/domain/event-source/observation-created/cut-to-event-size";
import { countLongNumbersMade } from "@/domain/json/long-number";
import { describeRefusedSpans, type OtlpEncoding } from "@/domain/opentelemetry/otlp-answer";
import { writeCanonicalSpanText } from "@/domain/opentelemetry/canonical-span";
import { decodeJsonExport } from "@/domain/opentelemetry/decode/decode-json";
import { decodeProtobufExport } from "@/domain/opentelemetry/decode/decode-protobuf";
import { looksLikeLogExport, OtlpDecodingError, type TraceExport } from "@/domain/opentelemetry/decode/trace-export";
import { cutSharedAttributes, SHARED_ATTRIBUTES_CUT_MESSAGE } from "@/domain/opentelemetry/map/cut-shared-attributes";
import { isLlmSpan } from "@/domain/opentelemetry/map/is-llm-span";
import { rankFieldsMissingOnSpan, convertSpanToObservation } from "@/domain/opentelemetry/map/span-to-observation";
import { collectTraceAttributesOfRequest } from "@/domain/opentelemetry/map/trace-attributes";
import { isSpanWithoutObservation } from "@/domain/opentelemetry/map/is-span-without-observation";
import { countTextOccurrences } from "./count-text-occurrences";
import {
  makeEventIdFromContent,
  stampEventsInPortions,
  type ClientRequestInput,
  type EventToStamp,
  type StampedEventPortion,
} from "./stamp-events-in-portions";

export type OtlpExportInput = ClientRequestInput & {
  encoding: OtlpEncoding;
  /** Whether the event key accepts only spans of LLM calls. */
  llmSpansOnly: boolean;
};

/** The result of parsing an OTLP export: stamped events of its spans, or the reason why the export is refused. */
type ExportRead =
  | {
      ok: true;
      /** The number of events in all portions. */
      count: number;
      portions: StampedEventPortion[];
      /** The numbers of refused spans, by reason. */
      refused: Map<string, number>;
      /** The number of spans that were dropped, because the event key accepts only spans of LLM calls. */
      leftOut: number;
      /** The message of the answer about refused spans, with hints; empty if there is nothing to say. */
      message: string;
    }
  | { ok: false; status: number; error: string };

/** How many spans are converted before other requests get a turn of the event loop. */
const SPANS_A_TURN = 250;
/** The most refused spans of one request that are stored as rejected events. The answer counts all of them. */
const REFUSED_KEPT_MAX = 100;

/**
 * Parses an OTLP export, and makes a stamped event from each span that is an observation and that the event key
 * accepts.
 * @param isPaceLow tells whether the project sends few events; it gets their number
 */
export async function readOtlpExport(
  body: Uint8Array,
  input: OtlpExportInput,
  isPaceLow: (count: number) => boolean,
): Promise<ExportRead> {
  /*
   * If this count has grown at the end, the export holds long numbers, perhaps in JSON inside an attribute. Other
   * requests may make it grow too, which only costs time.
   */
  const before = countLongNumbersMade();
  const decoded = decode(body, input.encoding);
  if (typeof decoded === "string") return refused(decoded);
  const found = withoutLongSharedAttributes(decoded, body);
  if (looksLikeLogExport(found))
    return refused("No span has ids: this looks like a logs export. This address takes traces only.");
  if (found.spans.length === 0 && found.refused.length > 0)
    return refused(describeRefusedSpans(found.refused, found.hints));
  const { events, leftOut } = await eventsOf(found, input);
  const { hasBrokenBytes, mayHoldBadText } = found;
  const traits = { hasLongNumbers: countLongNumbersMade() !== before, mayHoldBadText, hasBrokenBytes };
  const cutFields = new Set<string>();
  const portions = await stampEventsInPortions({ events, body: traits, cutFields }, input, isPaceLow);
  for (const name of cutFields) found.hints.add(describeCutField(name));
  const message = describeRefusedSpans(found.refused, found.hints);
  const refusedByReason = countTextOccurrences(found.refused.map(({ reason }) => reason));
  return { ok: true, count: events.length, portions, refused: refusedByReason, leftOut, message };
}

const refused = (error: string): ExportRead => ({ ok: false, status: 400, error });

/** Cuts shared attributes that are too long to be repeated for each span. The hints of the answer say so. */
function withoutLongSharedAttributes(found: TraceExport, body: Uint8Array): TraceExport {
  const spans = cutSharedAttributes(found.spans, body.byteLength);
  if (spans === found.spans) return found;
  return { ...found, spans, hints: new Set([...found.hints, SHARED_ATTRIBUTES_CUT_MESSAGE]) };
}

/**
 * Decodes an OTLP export from JSON or protobuf.
 * @returns the export; or a message that says what is wrong
 */
function decode(body: Uint8Array, encoding: OtlpEncoding): TraceExport | string {
  try {
    if (encoding === "protobuf") return decodeProtobufExport(body);
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
    const found = decodeJsonExport(text);
    return { ...found, hasBrokenBytes: text.includes("\uFFFD") && !isUtf8(body) };
  } catch (error) {
    if (!(error instanceof OtlpDecodingError)) throw error;
    const other = encoding === "json" ? "protobuf" : "JSON";
    const isOther = body.length > 0 && looksLikeJson(body) !== (encoding === "json");
    return isOther ? `${error.message}. The content type says ${encoding}; is it ${other}?` : error.message;
  }
}

/** The bytes of white space and of a byte order mark. */
const BEFORE_JSON: ReadonlySet<number> = new Set([0x20, 0x0a, 0x0d, 0x09, 0xef, 0xbb, 0xbf]);

/** Tells whether a body begins with `{`, after white space and a byte order mark. */
export const looksLikeJson = (body: Uint8Array): boolean => body.find((byte) => !BEFORE_JSON.has(byte)) === 0x7b;

/**
 * Makes an event for each span that is an observation and that the event key accepts, and a rejected event for each of
 * the first 100 refused spans. It adds to the hints about the export.
 */
async function eventsOf(
  { spans, refused, hints }: TraceExport,
  { sender: { projectId }, llmSpansOnly, client, receivedMicros }: OtlpExportInput,
): Promise<{ events: EventToStamp[]; leftOut: number }> {
  let leftOut = 0;
  const receivedMs = Math.floor(receivedMicros / 1_000);
  const traces = collectTraceAttributesOfRequest(spans);
  const events: EventToStamp[] = [];
  const add = (content: string, event: Omit<EventToStamp, "id" | "name">): void => {
    events.push({ id: makeEventIdFromContent("otlp", projectId, content), name: "observation.created", ...event });
  };
  for (const [index, span] of spans.entries()) {
    if (index % SPANS_A_TURN === SPANS_A_TURN - 1) await turn();
    if (isSpanWithoutObservation(span)) continue;
    if (llmSpansOnly && !isLlmSpan(span)) {
      leftOut += 1;
      continue;
    }
    const attributes = traces.get(span.traceId)!;
    const observation = convertSpanToObservation(span, { sender: client, receivedMs, trace: attributes, hints });
    const data = { observation, setBy: rankFieldsMissingOnSpan(span) };
    add(writeCanonicalSpanText(span), { data, trace: { id: span.traceId, attributes } });
  }
  for (const [index, { name, scope, reason }] of refused.slice(0, REFUSED_KEPT_MAX).entries()) {
    const span = { name, scope, ...client };
    add(`refused ${index} ${receivedMicros}`, { data: { span }, refusal: `A span was refused: ${reason}.` });
  }
  return { events, leftOut };
}
