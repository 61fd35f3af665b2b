import { stringifyJson } from "@/domain/json/long-number";
import type { ObservationPatch } from "@/domain/langfuse-batch/observation-patch";
import { parseLangfuseBatch } from "@/domain/langfuse-batch/parse-batch";
import { unknownTraceAttributes } from "@/domain/opentelemetry/map/trace-attributes";
import { getCachedRedactor } from "@/server/services/redaction/cached-redactor";
import { countTextOccurrences } from "./count-text-occurrences";
import { readEventBody } from "./read-event-body";
import {
  makeEventIdFromContent,
  stampEventsInPortions,
  type ClientRequestInput,
  type EventToStamp,
  type StampedEventPortion,
} from "./stamp-events-in-portions";

export type LangfuseBatchInput = ClientRequestInput & {
  /** The value of the header x-langfuse-sdk-name. */
  sdkName: string | null;
};

type Batch = NonNullable<ReturnType<typeof parseLangfuseBatch>>;

/** The result of parsing a Langfuse batch: its stamped events, or the reason why the body is no batch. */
type BatchRead =
  | {
      ok: true;
      /** The number of events in all portions. */
      count: number;
      portions: StampedEventPortion[];
      /** The numbers of rejected events, by reason. */
      rejected: Map<string, number>;
      /** The numbers of events that are accepted but not stored, by type. */
      dropped: Map<string, number>;
      answer: Batch["answer"];
    }
  | { ok: false; status: number; error: string };

/** The most rejected events of one request that are stored. The answer names all of them. */
const REJECTED_KEPT_MAX = 100;

/**
 * Parses a batch of Langfuse's SDKs, and makes stamped events with patches of observations and traces.
 * @param isPaceLow tells whether the project sends few events; it gets their number
 */
export async function readLangfuseBatch(
  body: Uint8Array,
  input: LangfuseBatchInput,
  isPaceLow: (count: number) => boolean,
): Promise<BatchRead> {
  const read = readEventBody(body);
  if (!read.ok) return { ok: false, status: 400, error: read.error };
  const batch = parseLangfuseBatch(read.body.value, input);
  if (!batch) return { ok: false, status: 400, error: "batch must be a list of events" };
  const events = eventsOf(batch, input);
  const portions = await stampEventsInPortions({ events, body: read.body }, input, isPaceLow);
  // The reason is redacted: it may repeat a value of the sender, and the sources page shows reasons.
  const redactor = input.redaction && getCachedRedactor(input.redaction);
  const rejected = countTextOccurrences(batch.rejected.map(({ reason }) => redactor?.redactText(reason) ?? reason));
  return { ok: true, count: events.length, portions, rejected, dropped: batch.dropped, answer: batch.answer };
}

function eventsOf(batch: Batch, { sender, client }: LangfuseBatchInput): EventToStamp[] {
  const ingestion = { protocol: "langfuse", ...client };
  const name = "observation.created";
  const idOf = (...content: string[]): string => makeEventIdFromContent("lf", sender.projectId, ...content);
  const patches = batch.patches.map(({ eventId: sentId, patch }): EventToStamp => {
    const traceId = traceOf(patch);
    const trace = { id: traceId, attributes: batch.traces.get(traceId) ?? unknownTraceAttributes };
    const data = { patch: { ...patch, fields: { ...patch.fields, ingestion } } };
    return { id: idOf(sentId, stringifyJson(patch)), name, data, isPatch: true, trace };
  });
  const described = new Set(batch.patches.map(({ patch }) => traceOf(patch)));
  const traces = [...batch.traces]
    .filter(([traceId]) => !described.has(traceId))
    .map(([traceId, attributes]): EventToStamp => {
      const id = idOf("trace", traceId, JSON.stringify(attributes));
      return { id, name, data: {}, trace: { id: traceId, attributes, isAlone: true } };
    });
  const rejected = batch.rejected
    .slice(0, REJECTED_KEPT_MAX)
    .map(({ eventId: sentId, reason, event }): EventToStamp => {
      const refusal = `An event of a Langfuse batch was rejected: ${reason}.`;
      return { id: idOf("rejected", sentId, stringifyJson(event)), name, data: { event }, refusal };
    });
  return [...patches, ...traces, ...rejected];
}

/** Returns the trace id of an observation. An observation without a trace id is a trace of its own. */
function traceOf({ id, fields }: ObservationPatch): string {
  const { traceId } = fields;
  return typeof traceId === "string" ? traceId : id;
}
