import type { observationLevels } from "../../event-source/observation-created/schema";
import type { SpanEvent } from "../decode/trace-export";
import type { SpanReading } from "./span-reading";
import { readText, isMeaningfulValue } from "./read-values";

type Level = (typeof observationLevels)[number];

export function observationNameOf(reading: SpanReading): string {
  const own = reading.text("gen_ai.tool.name", "genkit:name", "logfire.msg", "ai.toolCall.name");
  if (own !== null) return own;
  const operation = reading.text("ai.operationId");
  if (operation === null) return reading.span.name;
  const functionId = reading.text("ai.telemetry.functionId");
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
export function observationLevelOf(reading: SpanReading): { level: Level; statusMessage: string | null } {
  const { status } = reading.span;
  const explicit = words.get(reading.word("langfuse.observation.level").toUpperCase());
  const isUnmarkedError = !explicit && status.code !== 2 && showsError(reading);
  const level = explicit ?? (status.code === 2 || isUnmarkedError ? "ERROR" : quietLevel(reading));
  const given = reading.text("langfuse.observation.status_message") ?? (status.message || null);
  const isProblem = level === "ERROR" || level === "WARNING";
  return { level, statusMessage: given ?? (isProblem ? errorMessage(reading, isUnmarkedError) : null) };
}

const quietLevel = (reading: SpanReading): Level =>
  reading.isLiveKit && liveKitMachinery.has(reading.span.name) ? "DEBUG" : "DEFAULT";

/**
 * Tells whether a span has an error that its status does not show. A status of ok means no error, except from
 * LangSmith, which sets ok on failures too.
 */
function showsError(reading: SpanReading): boolean {
  if (reading.span.status.code === 1 && reading.scope !== "langsmith") return false;
  const isToolError = ["true", "1"].includes(reading.word("lk.function_tool.is_error"));
  return reading.has("error.type") || isToolError || exceptions(reading).some(isUnhandled);
}

const exceptions = ({ span }: SpanReading): SpanEvent[] => span.events.filter(({ name }) => name === "exception");

const isUnhandled = ({ attributes }: SpanEvent): boolean =>
  (readText(attributes.get("exception.escaped")) ?? "").toLowerCase() !== "false";

function errorMessage(reading: SpanReading, isUnmarked: boolean): string | null {
  const last = exceptions(reading).at(-1)?.attributes;
  const message = readText(last?.get("exception.message"));
  const type = readText(last?.get("exception.type"));
  // Some senders write the type of the error into its message too.
  if (message !== null) return type === null || message.startsWith(`${type}:`) ? message : `${type}: ${message}`;
  if (isMeaningfulValue(reading.get("error.message"))) return reading.text("error.message");
  return isUnmarked ? (reading.text("error.type") ?? type) : null;
}
