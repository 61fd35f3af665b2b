import { isUtf8 } from "node:buffer";
import { setImmediate as turn } from "node:timers/promises";
import { longNumbersMade } from "@/domain/json/long-number";
import { describeRefused, type Encoding } from "@/domain/opentelemetry/answer";
import { canonicalSpan } from "@/domain/opentelemetry/canonical-span";
import { decodeJsonExport } from "@/domain/opentelemetry/decode/decode-json";
import { decodeProtobufExport } from "@/domain/opentelemetry/decode/decode-protobuf";
import { looksLikeLogs, OtlpDecodingError, type TraceExport } from "@/domain/opentelemetry/decode/trace-export";
import { fieldsFromTrace, spanToObservation } from "@/domain/opentelemetry/map/span-to-observation";
import { traceAttributesOf } from "@/domain/opentelemetry/map/trace-attributes";
import { isLlmSpan } from "@/domain/opentelemetry/map/is-llm-span";
import { isNoObservation } from "@/domain/opentelemetry/map/which-spans";
import { receiptOf } from "../receipt";
import { noteSources, type NotTaken, type SourceNote } from "../services/sources/note-sources";
import { eventKeyIn, sdkOf } from "./client-headers";
import { forwardEvents, idOfContent, type IntakeEvent, type IntakeRequest } from "./forward-events";
import { authenticate, failure, withEventBody, type IntakeRuntime } from "./intake-steps";
import { acceptExport, refuseAs, refuseExport } from "./otlp-answer";
import { contentEncodingOf } from "./unpack";

const MIB = 1_048_576;
/** OTLP's recommended limit, before and after a body is unpacked. Langfuse's SDKs wait 5 s for an answer. */
export const BODY_LIMITS = {
  bytesMax: 64 * MIB,
  bodyWithinMs: 60_000,
  roomWithinMs: 0,
  turnWithinMs: { small: 2_500, large: 2_500 },
};
/**
 * How long a step may wait for the database. Clients drop a batch that is not answered within 5 or 10 s, and repeat it
 * after 503. A large request that moves on is not cut off: its repeat would cost the same again.
 */
export const ANSWER_WITHIN_MS = 3_000;
/** The reason on the sources page. */
const LEFT_OUT = "LLM spans only";
/** After mapping this many spans, a request lets other requests have their turn. */
const SPANS_A_TURN = 250;
/** Refused spans of one request that are kept as rejected events; the answer counts all of them. */
const REFUSED_KEPT_MAX = 100;

/** The encoding of the answer, and of the body, where null means: look at it. Undefined for a type that is not read. */
export function encodingOf(request: Request): Encoding | null | undefined {
  const type = (request.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (type === "application/json") return "json";
  if (type === "application/x-protobuf" || type === "application/protobuf") return "protobuf";
  return type === "" || type === "application/octet-stream" ? null : undefined;
}

/**
 * Takes an OTLP export of traces: each span becomes an event `observation.created`, as from the event endpoint. Answers
 * in the request's encoding, with 200 only once every span is durable, and with 503 for whatever passes.
 * @param keyInPath an event key that the address holds
 */
export async function receiveTraces(
  runtime: IntakeRuntime,
  request: Request,
  keyInPath: string | null,
  { answerWithinMs = ANSWER_WITHIN_MS } = {},
): Promise<Response> {
  const receivedMicros = receiptOf(request);
  const type = encodingOf(request);
  const encoding = type ?? "json";
  try {
    const key = keyInPath ?? eventKeyIn(request);
    if (key === null)
      return refuseExport(encoding, 401, "Send an event key: Basic with the key as password, Bearer, or x-api-key.");
    const sender = await authenticate(runtime, key, answerWithinMs);
    const overload = runtime.overload();
    if (overload) return refuseAs(encoding, overload);
    if (type === undefined)
      return refuseExport(encoding, 415, "The content type must be application/json or application/x-protobuf.");
    const packing = contentEncodingOf(request);
    if (packing === null) return refuseExport(encoding, 415, "The content encoding must be gzip or deflate, or none.");
    const limits = { ...BODY_LIMITS, encoding: packing, containersMax: runtime.bodies.containersMax };
    return await withEventBody(runtime, request, sender, limits, (body) => {
      const found = type ?? (isJson(body) ? "json" : "protobuf");
      return takeExport({ runtime, request, sender, receivedMicros, body, encoding: found, answerWithinMs });
    });
  } catch (error) {
    return refuseAs(encoding, failure(runtime, error));
  }
}

type Take = IntakeRequest & { encoding: Encoding };

async function takeExport(take: Take): Promise<Response> {
  const { encoding, body } = take;
  // JSON in attributes may hold long numbers as well. Other requests may make some meanwhile, which only costs time.
  const before = longNumbersMade();
  const found = decode(body, encoding);
  if (typeof found === "string") return refuseExport(encoding, 400, found);
  const { spans, refused, hints } = found;
  if (looksLikeLogs(found))
    return refuseExport(
      encoding,
      400,
      "No span has ids: this looks like a logs export. This address takes traces only.",
    );
  const message = describeRefused(refused, hints);
  if (spans.length === 0 && refused.length > 0) return refuseExport(encoding, 400, message);

  const { events, leftOut } = await eventsOf(found, take);
  const { hasBrokenBytes, mayHoldBadText } = found;
  const traits = { hasLongNumbers: longNumbersMade() !== before, mayHoldBadText, hasBrokenBytes };
  const refusal = await forwardEvents(take, events, traits);
  if (refusal) return refuseAs(encoding, refusal);
  const { projectId, keyId } = take.sender;
  const notTaken = (kind: NotTaken, name: string, count: number): SourceNote => ({
    projectId,
    keyId,
    kind,
    name,
    count,
  });
  noteSources(take.runtime.context, [
    ...refused.map(({ reason }) => notTaken("refused", reason, 1)),
    ...(leftOut > 0 ? [notTaken("left_out", LEFT_OUT, leftOut)] : []),
  ]);
  return acceptExport(encoding, { refused: refused.length, message });
}

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
    const isOther = body.length > 0 && isJson(body) !== (encoding === "json");
    return isOther ? `${error.message}. The content type says ${encoding}; is it ${other}?` : error.message;
  }
}

/** White space, then an opening brace. */
const isJson = (body: Uint8Array): boolean =>
  body.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) === 0x7b;

/** One event for each span, and one for each refused span, which is kept as a rejected event. */
async function eventsOf(
  { spans, refused }: TraceExport,
  take: Take,
): Promise<{ events: IntakeEvent[]; leftOut: number }> {
  const { projectId, llmSpansOnly = false } = take.sender;
  let leftOut = 0;
  const sender = sdkOf(take.request);
  const receivedMs = Math.floor(take.receivedMicros / 1_000);
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
    const observation = spanToObservation(span, { sender, receivedMs, trace: attributes });
    const data = { observation, setBy: fieldsFromTrace(span) };
    add(canonicalSpan(span), { data, trace: { id: span.traceId, attributes } });
  }
  for (const [index, { name, scope, reason }] of refused.slice(0, REFUSED_KEPT_MAX).entries()) {
    const span = { name, scope, ...sender };
    add(`refused ${index} ${take.receivedMicros}`, { data: { span }, refusal: `A span was refused: ${reason}.` });
  }
  return { events, leftOut };
}
