import { stringifyJson } from "../../json/long-number";
import { RANK_OF_FIELD_FROM_TRACE } from "../../event-source/observation-created/fill-from-trace";
import { isNestedDeeperThan } from "../../filter/field-text";
import type { OtlpSpan } from "../decode/trace-export";
import { detectConvention } from "./convention";
import { readSpanCost } from "./cost";
import { readSpanContent } from "./content";
import { readFirstTokenTimeMs } from "./first-token";
import { collectSpanMetadata } from "./metadata";
import { readSpanModel, readModelParameters, readPromptNameAndVersion } from "./model";
import { deriveObservationLevel, chooseObservationName } from "./name-and-level";
import { deriveObservationType } from "./observation-type";
import { SpanReader } from "./span-reader";
import { readToolDefinitions } from "./tool-definitions";
import { isRootSpan, readTraceAttributesOfSpan, type TraceAttributes } from "./trace-attributes";
import { readSpanUsage } from "./usage";
import { readText, isMeaningfulValue, withoutMissingMembers } from "./read-values";
import type { JsonObject } from "../../json/json-kinds";

/** The SDK that sent a request, from the request's headers. */
type Sender = { sdk: string | null; sdkVersion: string | null };

type MappingContext = {
  sender: Sender;
  receivedMs: number;
  /** the attributes of the span's trace, from this span and from others; null if none are known */
  trace: TraceAttributes | null;
  /** collects hints about the accepted span, which the answer passes on to the sender */
  hints?: Set<string>;
};

/** A field with this many levels of objects and lists, or more, becomes text. It then fits into an event's payload. */
const DEPTH_MAX = 500;
/** The ms by which a span may start ahead of this server's clock. If it starts later, the sender gets a hint. */
const AHEAD_MS_MAX = 5 * 60_000;

/**
 * Maps a span to an observation in the form of `observation.created`. If one convention lacks a field, the next
 * convention may have it. A field that no convention has is left out. Times are ISO 8601 in UTC.
 */
export function convertSpanToObservation(
  span: OtlpSpan,
  { sender, receivedMs, trace, hints }: MappingContext,
): JsonObject {
  const reader = new SpanReader(span);
  const type = deriveObservationType(reader);
  const { startMs, endMs } = timesOf(reader, receivedMs);
  const prompt = type === "GENERATION" ? readPromptNameAndVersion(reader) : null;
  // Input, output and tools come first, because the attributes that they use must not appear in metadata again.
  const content = readSpanContent(reader);
  const toolDefinitions = readToolDefinitions(reader);
  const metadata = collectSpanMetadata(reader);
  const firstToken = readFirstTokenTimeMs(reader, startMs);

  const observation = withoutMissingMembers([
    ["id", span.spanId],
    ["traceId", span.traceId],
    ["parentObservationId", span.parentSpanId],
    ["isRootObservation", isRootSpan(reader)],
    ["type", type],
    ["name", chooseObservationName(reader)],
    ["startTime", new Date(startMs).toISOString()],
    ["endTime", new Date(endMs).toISOString()],
    ["completionStartTime", firstToken === null ? null : new Date(firstToken).toISOString()],
    ...Object.entries(deriveObservationLevel(reader)),
    ...Object.entries(traceFields(reader, trace)),
    ["model", readSpanModel(reader)],
    ["modelParameters", readModelParameters(reader)],
    ["promptName", prompt?.promptName],
    ["promptVersion", prompt?.promptVersion],
    ["usageDetails", readSpanUsage(reader)],
    ["costDetails", readSpanCost(reader)],
    ["toolDefinitions", shallow(toolDefinitions)],
    ["input", shallow(content.input)],
    ["output", shallow(content.output)],
    ["metadata", shallow(isMeaningfulValue(metadata) ? metadata : null)],
  ]);
  for (const hint of reader.hints) hints?.add(hint);
  observation["ingestion"] = ingestionOf(reader, sender);
  return observation;
}

/**
 * Returns the start and the end of a span. If one is missing, the other replaces it. If both are missing, the time of
 * receipt does.
 */
function timesOf(reader: SpanReader, receivedMs: number): { startMs: number; endMs: number } {
  const { span } = reader;
  const startMs = span.startMs ?? span.endMs ?? receivedMs;
  if (span.startMs === null && span.endMs === null) reader.hint("The span has no times; it stands at its receipt.");
  if (startMs - receivedMs > AHEAD_MS_MAX)
    reader.hint("The span starts more than 5 minutes ahead of this server's clock.");
  if (span.droppedAttributes > 0)
    reader.notes.add(
      `The sender's SDK left out ${span.droppedAttributes} attributes of this span: its limit was reached.`,
    );
  return { startMs, endMs: span.endMs ?? startMs };
}

/**
 * Returns the trace's fields, from the span itself or else from other spans of its trace. Tags come from the span
 * alone, as in Langfuse.
 */
function traceFields(reader: SpanReader, trace: TraceAttributes | null): JsonObject {
  const own = readTraceAttributesOfSpan(reader);
  const serviceVersion = readText(reader.span.resource.get("service.version"));
  return {
    traceName: own.traceName ?? trace?.traceName ?? own.rootName ?? trace?.rootName,
    userId: own.userId ?? trace?.userId,
    sessionId: own.sessionId ?? trace?.sessionId,
    tags: own.tags.length > 0 ? own.tags : null,
    environment: own.environment ?? trace?.environment ?? "default",
    release: own.release ?? trace?.release,
    version: own.version ?? serviceVersion ?? trace?.version,
  };
}

/**
 * Gives RANK_OF_FIELD_FROM_TRACE to each of the trace's fields that the span itself lacks, so that other spans of its
 * trace can fill the field later.
 */
export function rankFieldsMissingOnSpan(span: OtlpSpan): Record<string, number> {
  const own = readTraceAttributesOfSpan(new SpanReader(span));
  const serviceVersion = readText(span.resource.get("service.version"));
  const { traceName, userId, sessionId, environment, release } = own;
  const said = { traceName, userId, sessionId, environment, release, version: own.version ?? serviceVersion };
  return Object.fromEntries(
    Object.entries(said)
      .filter(([, value]) => value === null)
      .map(([name]) => [name, RANK_OF_FIELD_FROM_TRACE]),
  );
}

function ingestionOf(reader: SpanReader, sender: Sender): JsonObject {
  const { scope, endMs } = reader.span;
  return withoutMissingMembers([
    ["protocol", "otlp"],
    ["sdk", sender.sdk],
    ["sdkVersion", sender.sdkVersion],
    ["scope", scope.name || null],
    ["scopeVersion", scope.version],
    ["convention", detectConvention(reader)],
    // A span that was exported at its start has no end yet.
    ["isOpen", endMs === null ? true : null],
    ["notes", reader.notes.size > 0 ? [...reader.notes] : null],
  ]);
}

/** Replaces a value that is nested deeper than a payload allows by the text of its JSON. */
function shallow(value: unknown): unknown {
  return typeof value === "object" && value !== null && isNestedDeeperThan(value, DEPTH_MAX - 1)
    ? stringifyJson(value)
    : value;
}
