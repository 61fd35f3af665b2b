import { parseInstant } from "../filter/parse-instant";
import { cutText } from "../json/cut-text";
import { isJsonObject, type JsonObject } from "../json/json-kinds";
import {
  USER_OR_SESSION_ID_MAX,
  parseTags,
  joinTraceAttributes,
  unknownTraceAttributes,
  type TraceAttributes,
} from "../opentelemetry/map/trace-attributes";
import { readText } from "../opentelemetry/map/read-values";
import { computePatchOrder } from "./merge-patch";
import { BatchEventError, isObservationEventType, readEventBodyId, readObservationPatch } from "./observation-patch";
import type { ObservationPatch } from "./observation-patch";

/** An event of a batch that is not accepted. It is stored with the reason. */
type RejectedBatchEvent = { eventId: string; type: string; reason: string; event: unknown };

/** The answer to a batch. Its ids are those of the events. */
type BatchAnswer = {
  successes: { id: string; status: 201 }[];
  errors: { id: string; status: 400; message: string; error: string }[];
};

type Batch = {
  /** patches in the order in which they are applied: creates first, then updates, each by their time */
  patches: { eventId: string; patch: ObservationPatch }[];
  /** the attributes that the trace events of the request bring, by trace id */
  traces: Map<string, TraceAttributes>;
  rejected: RejectedBatchEvent[];
  /** the numbers of events that are accepted and not stored, such as scores, by type */
  dropped: Map<string, number>;
  answer: BatchAnswer;
};

/** Types of events that the answer accepts and the program does not store. */
const droppedTypes = new Set(["score-create", "sdk-log"]);

/**
 * Reads the body of Langfuse's batch endpoint. It accepts or rejects each event separately.
 * @param sdkName the header x-langfuse-sdk-name; langfuse-js gets no errors, because it would send the whole batch
 * again
 * @returns null if the body holds no batch
 */
export function parseLangfuseBatch(body: unknown, { sdkName }: { sdkName: string | null }): Batch | null {
  if (!isJsonObject(body) || !Array.isArray(body["batch"])) return null;
  const made: BatchParts = {
    ...{ patches: [], traceEvents: [], rejected: [], dropped: new Map() },
    answer: { successes: [], errors: [] },
  };
  for (const event of body["batch"] as unknown[]) take(event, made, sdkName === "langfuse-js");
  const rank = ({ patch }: Batch["patches"][number]): number => computePatchOrder(patch);
  made.patches.sort((left, right) => rank(left) - rank(right));
  const { traceEvents, ...batch } = made;
  return { ...batch, traces: joinTraceEvents(traceEvents) };
}

type TraceEvent = { traceId: string; timestampMs: number; attributes: TraceAttributes };
type BatchParts = Omit<Batch, "traces"> & { traceEvents: TraceEvent[] };

/** Joins the trace events of each trace, by their time: clients may send a later one first. */
function joinTraceEvents(events: readonly TraceEvent[]): Batch["traces"] {
  const traces: Batch["traces"] = new Map();
  for (const { traceId, attributes } of events.toSorted((left, right) => left.timestampMs - right.timestampMs)) {
    traces.set(traceId, joinTraceAttributes(traces.get(traceId) ?? unknownTraceAttributes, attributes));
  }
  return traces;
}

function take(event: unknown, made: BatchParts, hidesErrors: boolean): void {
  const { id: eventId, type } = labelsOf(event);
  try {
    takeEvent(event, made);
    made.answer.successes.push({ id: eventId, status: 201 });
  } catch (error) {
    if (!(error instanceof BatchEventError)) throw error;
    made.rejected.push({ eventId, type, reason: error.message, event });
    if (hidesErrors) made.answer.successes.push({ id: eventId, status: 201 });
    else made.answer.errors.push({ id: eventId, status: 400, message: "Invalid request data", error: error.message });
  }
}

function takeEvent(event: unknown, made: BatchParts): void {
  if (!isJsonObject(event)) throw new BatchEventError("An event must be an object with id, timestamp, type and body");
  const { id, type, timestamp, body } = event;
  if (typeof id !== "string" || id === "") throw new BatchEventError("id must be text");
  if (typeof type !== "string") throw new BatchEventError("type must be text");
  if (droppedTypes.has(type)) {
    made.dropped.set(type, (made.dropped.get(type) ?? 0) + 1);
    return;
  }
  const timestampMs = parseInstant(timestamp);
  if (timestampMs === null) throw new BatchEventError("timestamp must be a date: ISO 8601 text");
  if (isObservationEventType(type)) {
    made.patches.push({ eventId: id, patch: readObservationPatch(type, body, timestampMs) });
    return;
  }
  if (type !== "trace-create") throw new BatchEventError(`type "${type.slice(0, 50)}" is not taken here`);
  if (!isJsonObject(body)) throw new BatchEventError("body must be an object");
  made.traceEvents.push({ traceId: readEventBodyId(body), timestampMs, attributes: traceAttributesIn(body) });
}

/** Reads the attributes of a trace event, but not its environment: observations name their own environment. */
function traceAttributesIn(body: JsonObject): TraceAttributes {
  return {
    traceName: readText(body["name"]),
    rootName: null,
    userId: idIn(body["userId"]),
    sessionId: idIn(body["sessionId"]),
    tags: parseTags(body["tags"]),
    environment: null,
    release: readText(body["release"]),
    version: readText(body["version"]),
  };
}

/**
 * Returns a value as the id of a user or a session, cut to the longest that is allowed; null if the value is not
 * meaningful.
 */
const idIn = (value: unknown): string | null => cutText(readText(value) ?? "", USER_OR_SESSION_ID_MAX) || null;

function labelsOf(event: unknown): { id: string; type: string } {
  if (!isJsonObject(event)) return { id: "", type: "" };
  return { id: readText(event["id"]) ?? "", type: (readText(event["type"]) ?? "").slice(0, 50) };
}
