import { stringifyJson } from "@/domain/json/long-number";
import { parseBatch } from "@/domain/langfuse-batch/parse-batch";
import type { ObservationPatch } from "@/domain/langfuse-batch/observation-patch";
import { unknownTrace } from "@/domain/opentelemetry/map/trace-attributes";
import { EVENT_LIMITS } from "../engine/event-endpoint";
import { readEventBody } from "../event-reader/event-body";
import { receiptOf } from "../receipt";
import { sdkOf } from "./client-headers";
import { forwardEvents, idOfContent, type IntakeEvent, type IntakeRequest } from "./forward-events";
import { noteSources, type SourceNote } from "../services/sources/note-sources";
import { failed, withEventBody, type EventSender, type IntakeRuntime } from "./intake-steps";
import { refuseJson, withKey } from "./langfuse-answers";
import { ANSWER_WITHIN_MS, BODY_LIMITS } from "./receive-traces";
import { contentEncodingOf } from "./unpack";

/** Rejected events of one request that are kept; the answer tells all of them. */
const REJECTED_KEPT_MAX = 100;

/**
 * Takes a batch of Langfuse's SDKs up to 3. Each of its events travels as a patch, and is merged onto the stored
 * observation where the event is matched. Answers 207 with the result of each event.
 */
export function receiveBatch(
  runtime: IntakeRuntime,
  request: Request,
  { answerWithinMs = ANSWER_WITHIN_MS } = {},
): Promise<Response> {
  const receivedMicros = receiptOf(request);
  return withKey(
    runtime,
    request,
    async (sender) => {
      const overload = runtime.overload();
      if (overload) return refuseJson(overload);
      const encoding = contentEncodingOf(request);
      if (encoding === null) return refuseJson(failed(415, "The content encoding must be gzip or deflate, or none."));
      const { containersMax } = runtime.bodies;
      const limits = { ...BODY_LIMITS, bytesMax: EVENT_LIMITS.requestBytesMax, encoding, containersMax };
      return withEventBody(runtime, request, sender, limits, (body) =>
        takeBatch({ runtime, request, sender, receivedMicros, body, answerWithinMs }),
      );
    },
    answerWithinMs,
  );
}

async function takeBatch(taken: IntakeRequest): Promise<Response> {
  const { request } = taken;
  const read = readEventBody(taken.body);
  if (!read.ok) return invalid(read.error);
  const sdkName = request.headers.get("x-langfuse-sdk-name");
  const batch = parseBatch(read.body.value, { sdkName });
  if (!batch) return invalid("batch must be a list of events");
  const refusal = await forwardEvents(taken, eventsOf(batch, taken), read.body);
  if (!refusal) noteSources(taken.runtime.context, notesOf(batch, taken.sender));
  return refusal ? refuseJson(refusal) : Response.json(batch.answer, { status: 207 });
}

function eventsOf(
  batch: NonNullable<ReturnType<typeof parseBatch>>,
  { request, sender }: IntakeRequest,
): IntakeEvent[] {
  const ingestion = { protocol: "langfuse", ...sdkOf(request) };
  const name = "observation.created";
  const idOf = (...content: string[]): string => idOfContent("lf", sender.projectId, ...content);
  const patches = batch.patches.map(({ eventId: sentId, patch }): IntakeEvent => {
    const traceId = traceOf(patch);
    const trace = { id: traceId, attributes: batch.traces.get(traceId) ?? unknownTrace };
    const data = { patch: { ...patch, fields: { ...patch.fields, ingestion } } };
    return { id: idOf(sentId, stringifyJson(patch)), name, data, isPatch: true, trace };
  });
  const described = new Set(batch.patches.map(({ patch }) => traceOf(patch)));
  const traces = [...batch.traces]
    .filter(([traceId]) => !described.has(traceId))
    .map(([traceId, attributes]): IntakeEvent => {
      const id = idOf("trace", traceId, JSON.stringify(attributes));
      return { id, name, data: {}, trace: { id: traceId, attributes, isAlone: true } };
    });
  const rejected = batch.rejected.slice(0, REJECTED_KEPT_MAX).map(({ eventId: sentId, reason, event }): IntakeEvent => {
    const refusal = `An event of a Langfuse batch was rejected: ${reason}.`;
    return { id: idOf("rejected", sentId, stringifyJson(event)), name, data: { event }, refusal };
  });
  return [...patches, ...traces, ...rejected];
}

/** Returns the trace id of an observation. An observation without a trace is a trace of its own, under its id. */
function traceOf({ id, fields }: ObservationPatch): string {
  const { traceId } = fields;
  return typeof traceId === "string" ? traceId : id;
}

function notesOf(batch: NonNullable<ReturnType<typeof parseBatch>>, { projectId, keyId }: EventSender): SourceNote[] {
  const key = { projectId, keyId };
  return [
    ...batch.rejected.map(({ reason }): SourceNote => ({ ...key, kind: "refused", name: reason, count: 1 })),
    ...[...batch.dropped].map(([name, count]): SourceNote => ({ ...key, kind: "dropped", name, count })),
  ];
}

const invalid = (error: string): Response =>
  Response.json({ message: "Invalid request data", errors: [error] }, { status: 400 });
