import { cutText } from "../../json/cut-text";
import type { OtlpSpan } from "../decode/trace-export";
import { normalizeEnvironmentName } from "./environment";
import { chooseObservationName } from "./name-and-level";
import { SpanReader } from "./span-reader";
import { readText, isMeaningfulValue, readList } from "./read-values";

/**
 * The known attributes of a trace, collected from its spans. A span without its own value takes the trace's value,
 * except for tags.
 */
export type TraceAttributes = {
  traceName: string | null;
  /** the name of the root span, for a trace without a name */
  rootName: string | null;
  userId: string | null;
  sessionId: string | null;
  tags: string[];
  environment: string | null;
  release: string | null;
  version: string | null;
};

export const unknownTraceAttributes: TraceAttributes = {
  ...{ traceName: null, rootName: null, userId: null, sessionId: null, tags: [] },
  ...{ environment: null, release: null, version: null },
};

const langfuseMetadata = (name: string): string[] => [
  `langfuse.observation.metadata.${name}`,
  `langfuse.trace.metadata.${name}`,
];
const under = (prefix: string, ...names: string[]): string[] => names.map((name) => `${prefix}.${name}`);

const userNames = [
  "langfuse.user.id",
  "user.id",
  ...langfuseMetadata("langfuse_user_id"),
  "ai.telemetry.metadata.userId",
  "ai.settings.context.userId",
  "enduser.id",
  "enduser.pseudo.id",
  ...under("traceloop.association.properties", "user_id", "userId"),
  "gen_ai.user",
  "llm.user",
  "langsmith.metadata.user_id",
  // Langfuse's integration of the AI SDK writes the runtime context here.
  "langfuse.observation.metadata.userId",
];
const sessionNames = [
  "langfuse.session.id",
  "session.id",
  "gen_ai.conversation.id",
  ...langfuseMetadata("langfuse_session_id"),
  "ai.telemetry.metadata.sessionId",
  ...under("ai.settings.context", "sessionId", "conversationId", "threadId"),
  ...under("traceloop.association.properties", "session_id", "thread_id", "conversation_id"),
  ...under("langsmith.metadata", "session_id", "thread_id", "conversation_id"),
  "genkit:sessionId",
  "mastra.metadata.threadId",
  "langwatch.thread.id",
  "langfuse.observation.metadata.sessionId",
];
const tagNames = [
  "langfuse.trace.tags",
  "langfuse.tags",
  ...langfuseMetadata("langfuse_tags"),
  "ai.telemetry.metadata.tags",
  "tag.tags",
  "langsmith.span.tags",
];

/** The most characters of a user id or a session id. The payload of an observation has the same limit. */
export const USER_OR_SESSION_ID_MAX = 512;
/** The most tags of a trace. Without a limit, a hostile request could make the list grow with each span. */
const TAGS_MAX = 1_000;
/** The most characters of all tags of a trace, which every event of the trace repeats. */
const TAGS_CHARS_MAX = 16_384;
/** The most characters of a name, a release or a version of a trace, which every event of the trace repeats. */
const TRACE_TEXT_MAX = 1_000;

export function isRootSpan(reader: SpanReader): boolean {
  // Langfuse marks an application's first span by these. The parent of that span is an HTTP span that is never sent.
  const marks = ["langfuse.internal.is_app_root", "langfuse.internal.as_root"];
  return reader.span.parentSpanId === null || marks.some((name) => reader.word(name) === "true");
}

/** Returns the trace attributes that one span carries. */
export function readTraceAttributesOfSpan(reader: SpanReader): TraceAttributes {
  return {
    traceName: reader.text("langfuse.trace.name"),
    rootName: isRootSpan(reader) ? chooseObservationName(reader) || null : null,
    userId: idIn(reader, userNames, "user id"),
    sessionId: idIn(reader, sessionNames, "session id"),
    tags: parseTags(reader.first(tagNames)),
    environment: ownEnvironment(reader),
    release: readText(reader.onSpanOrResource("langfuse.release")),
    version: reader.text("langfuse.version"),
  };
}

function idIn(reader: SpanReader, names: readonly string[], what: string): string | null {
  const id = readText(reader.first(names));
  if (id === null || id.length <= USER_OR_SESSION_ID_MAX) return id;
  reader.hint(`The ${what} was longer than ${USER_OR_SESSION_ID_MAX} characters and was cut.`);
  return cutText(id, USER_OR_SESSION_ID_MAX);
}

function ownEnvironment(reader: SpanReader): string | null {
  const names = ["langfuse.environment", "deployment.environment.name", "deployment.environment"];
  const given = names.map((name) => readText(reader.onSpanOrResource(name))).find((value) => value !== null);
  return given === undefined ? null : normalizeEnvironmentName(given);
}

/**
 * Reads tags from a list, the JSON of a list, text with commas, or a single tag. Each tag comes once, and none is
 * empty.
 */
export function parseTags(value: unknown): string[] {
  if (!isMeaningfulValue(value)) return [];
  const text = readText(value) ?? "";
  const list = readList(value) ?? (text.includes(",") ? text.split(",").map((tag) => tag.trim()) : [text]);
  return [...new Set(list.map((tag) => readText(tag) ?? "").filter(Boolean))];
}

/**
 * Adds attributes to the known attributes of a trace. A new value replaces the known value, and tags are united. Long
 * texts are cut, and tags beyond the limits are left out.
 */
export function joinTraceAttributes(known: TraceAttributes, learned: TraceAttributes): TraceAttributes {
  return {
    traceName: shortText(learned.traceName) ?? known.traceName,
    rootName: shortText(learned.rootName) ?? known.rootName,
    userId: learned.userId ?? known.userId,
    sessionId: learned.sessionId ?? known.sessionId,
    tags: learned.tags.length === 0 ? known.tags : unite(known.tags, learned.tags),
    environment: learned.environment ?? known.environment,
    release: shortText(learned.release) ?? known.release,
    version: shortText(learned.version) ?? known.version,
  };
}

const shortText = (text: string | null): string | null => text && cutText(text, TRACE_TEXT_MAX);

function unite(known: readonly string[], learned: readonly string[]): string[] {
  let left = TAGS_CHARS_MAX;
  const fits = (tag: string): boolean => (left -= tag.length) >= 0;
  return [...new Set([...known, ...learned])].slice(0, TAGS_MAX).filter(fits);
}

/** Collects the attributes of the traces in one request, by trace id. */
export function collectTraceAttributesOfRequest(spans: readonly OtlpSpan[]): Map<string, TraceAttributes> {
  const traces = new Map<string, TraceAttributes>();
  for (const span of spans) {
    const own = readTraceAttributesOfSpan(new SpanReader(span));
    traces.set(span.traceId, joinTraceAttributes(traces.get(span.traceId) ?? unknownTraceAttributes, own));
  }
  return traces;
}
