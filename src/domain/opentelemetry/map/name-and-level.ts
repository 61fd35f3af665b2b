import type { observationLevels } from "../../event-source/observation-created/schema";
import type { SpanEvent } from "../decode/trace-export";
import type { SpanReader } from "./span-reader";
import { readText, isMeaningfulValue } from "./read-values";

type Level = (typeof observationLevels)[number];

export function chooseObservationName(reader: SpanReader): string {
  const own = reader.text("gen_ai.tool.name", "genkit:name", "logfire.msg", "ai.toolCall.name");
  if (own !== null) return own;
  const operation = reader.text("ai.operationId");
  if (operation === null) return reader.span.name;
  const functionId = reader.text("ai.telemetry.functionId");
  return functionId === null ? operation : `${functionId}:${operation}`;
}

const words = new Map<string, Level>([
  ...["DEBUG", "TRACE", "VERBOSE"].map((word) => [word, "DEBUG"] as const),
  ...["DEFAULT", "INFO", "LOG", "NOTICE", "OK", "SUCCESS"].map((word) => [word, "DEFAULT"] as const),
  ...["WARNING", "WARN"].map((word) => [word, "WARNING"] as const),
  ...["ERROR", "FATAL", "CRITICAL"].map((word) => [word, "ERROR"] as const),
]);

/** Spans of LiveKit's internals, which get the level DEBUG. One conversation has hundreds of them. */
const liveKitMachinery = new Set([
  "user_speaking",
  "eou_detection",
  "llm_request_run",
  "tts_node",
  "tts_request",
  "tts_request_run",
  "tts_stream_adapter",
  "agent_speaking",
  "drain_agent_activity",
  "on_exit",
  "on_enter",
  "llm_fallback_adapter",
  "tts_fallback_adapter",
  "start_agent_activity",
]);

/** Returns the level and its message. A level that the application set replaces every other. */
export function deriveObservationLevel(reader: SpanReader): { level: Level; statusMessage: string | null } {
  const { status } = reader.span;
  const explicit = words.get(reader.word("langfuse.observation.level").toUpperCase());
  const isUnmarkedError = !explicit && status.code !== 2 && showsError(reader);
  const level = explicit ?? (status.code === 2 || isUnmarkedError ? "ERROR" : quietLevel(reader));
  const given = reader.text("langfuse.observation.status_message") ?? (status.message || null);
  const isProblem = level === "ERROR" || level === "WARNING";
  return { level, statusMessage: given ?? (isProblem ? errorMessage(reader, isUnmarkedError) : null) };
}

const quietLevel = (reader: SpanReader): Level =>
  reader.isLiveKit && liveKitMachinery.has(reader.span.name) ? "DEBUG" : "DEFAULT";

/**
 * Tells whether a span has an error that its status does not show. A status of ok means no error, except from
 * LangSmith, which sets ok on failures too.
 */
function showsError(reader: SpanReader): boolean {
  if (reader.span.status.code === 1 && reader.scope !== "langsmith") return false;
  const isToolError = ["true", "1"].includes(reader.word("lk.function_tool.is_error"));
  return reader.has("error.type") || isToolError || exceptions(reader).some(isUnhandled);
}

const exceptions = ({ span }: SpanReader): SpanEvent[] => span.events.filter(({ name }) => name === "exception");

const isUnhandled = ({ attributes }: SpanEvent): boolean =>
  (readText(attributes.get("exception.escaped")) ?? "").toLowerCase() !== "false";

function errorMessage(reader: SpanReader, isUnmarked: boolean): string | null {
  const last = exceptions(reader).at(-1)?.attributes;
  const message = readText(last?.get("exception.message"));
  const type = readText(last?.get("exception.type"));
  // Some senders write the type of the error into its message too.
  if (message !== null) return type === null || message.startsWith(`${type}:`) ? message : `${type}: ${message}`;
  if (isMeaningfulValue(reader.get("error.message"))) return reader.text("error.message");
  return isUnmarked ? (reader.text("error.type") ?? type) : null;
}
