import { isUtf8 } from "node:buffer";
import { setImmediate as turn } from "node:timers/promises";
import { longNumbersMade } from "@/domain/json/long-number";
import { describeRefused, type Encoding } from "@/domain/opentelemetry/answer";
import { canonicalSpan } from "@/domain/opentelemetry/canonical-span";
import { decodeJsonExport } from "@/domain/opentelemetry/decode/decode-json";
import { decodeProtobufExport } from "@/domain/opentelemetry/decode/decode-protobuf";
import { looksLikeLogs, OtlpDecodingError, type TraceExport } from "@/domain/opentelemetry/decode/trace-export";
import { isLlmSpan } from "@/domain/opentelemetry/map/is-llm-span";
import { fieldsFromTrace, spanToObservation } from "@/domain/opentelemetry/map/span-to-observation";
import { traceAttributesOf } from "@/domain/opentelemetry/map/trace-attributes";
import { isNoObservation } from "@/domain/opentelemetry/map/which-spans";
import { countOf } from "./count-of";
import { idOfContent, stampPortions, type ClientInput, type IntakeEvent, type Portion } from "./stamp-portions";

export type ExportInput = ClientInput & {
  encoding: Encoding;
  /** the key takes no other spans */
  llmSpansOnly: boolean;
};

/** The spans of an OTLP export, stamped; or the reason why the export is refused. */
type ExportRead =
  | {
      ok: true;
      portions: Portion[];
      /** refused spans by reason */
      refused: Map<string, number>;
      /** spans that are not LLM spans, where the key takes only these */
      leftOut: number;
      /** what the answer says of refused spans, and hints; empty without any */
      message: string;
    }
  | { ok: false; status: number; error: string };

/** After mapping this many spans, a request lets other requests have their turn. */
const SPANS_A_TURN = 250;
/** Refused spans of one request that are kept as rejected events; the answer counts all of them. */
const REFUSED_KEPT_MAX = 100;

/** Reads an OTLP export: spans, observations, stamps. @param isPaceLow told how many events there are */
export async function readExport(
  body: Uint8Array,
  input: ExportInput,
  isPaceLow: (count: number) => boolean,
): Promise<ExportRead> {
  // JSON in attributes may hold long numbers as well. Other requests may make some meanwhile, which only costs time.
  const before = longNumbersMade();
  const found = decode(body, input.encoding);
  if (typeof found === "string") return refused(found);
  if (looksLikeLogs(found))
    return refused("No span has ids: this looks like a logs export. This address takes traces only.");
  const message = describeRefused(found.refused, found.hints);
  if (found.spans.length === 0 && found.refused.length > 0) return refused(message);
  const { events, leftOut } = await eventsOf(found, input);
  const { hasBrokenBytes, mayHoldBadText } = found;
  const traits = { hasLongNumbers: longNumbersMade() !== before, mayHoldBadText, hasBrokenBytes };
  const portions = await stampPortions(events, traits, input, isPaceLow);
  return { ok: true, portions, refused: countOf(found.refused.map(({ reason }) => reason)), leftOut, message };
}

const refused = (error: string): ExportRead => ({ ok: false, status: 400, error });

/** @returns why the body is no export, in words */
function decode(body: Uint8Array, encoding: Encoding): TraceExport | string {
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

/** White space, then an opening brace. */
export const looksLikeJson = (body: Uint8Array): boolean =>
  body.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) === 0x7b;

/** One event for each span, and one for each refused span, which is kept as a rejected event. */
async function eventsOf(
  { spans, refused }: TraceExport,
  { sender: { projectId }, llmSpansOnly, client, receivedMicros }: ExportInput,
): Promise<{ events: IntakeEvent[]; leftOut: number }> {
  let leftOut = 0;
  const receivedMs = Math.floor(receivedMicros / 1_000);
  const traces = traceAttributesOf(spans);
  const events: IntakeEvent[] = [];
  const add = (content: string, event: Omit<IntakeEvent, "id" | "name">): void => {
    events.push({ id: idOfContent("otlp", projectId, content), name: "observation.created", ...event });
  };
  for (const [index, span] of spans.entries()) {
    if (index % SPANS_A_TURN === SPANS_A_TURN - 1) await turn();
    if (isNoObservation(span)) continue;
    if (llmSpansOnly && !isLlmSpan(span)) {
      leftOut += 1;
      continue;
    }
    const attributes = traces.get(span.traceId)!;
    const observation = spanToObservation(span, { sender: client, receivedMs, trace: attributes });
    const data = { observation, setBy: fieldsFromTrace(span) };
    add(canonicalSpan(span), { data, trace: { id: span.traceId, attributes } });
  }
  for (const [index, { name, scope, reason }] of refused.slice(0, REFUSED_KEPT_MAX).entries()) {
    const span = { name, scope, ...client };
    add(`refused ${index} ${receivedMicros}`, { data: { span }, refusal: `A span was refused: ${reason}.` });
  }
  return { events, leftOut };
}
