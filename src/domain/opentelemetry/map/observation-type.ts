import type { observationTypes } from "../../event-source/observation-created/schema";
import type { SpanReader } from "./span-reader";
import { readText, parseAnyJson } from "./read-values";

type Type = (typeof observationTypes)[number];
type Row = (reader: SpanReader) => Type | null;

/**
 * Makes a row of the decision table, which decides by the value of one attribute. If the value is not in `types`, the
 * next row decides.
 */
function byValue(name: string, types: Record<string, Type>, read = (value: string): string => value): Row {
  const known = new Map(Object.entries(types));
  return (reader) => known.get(read(reader.word(name))) ?? null;
}

function named(type: Type, ...values: string[]): Record<string, Type> {
  return Object.fromEntries(values.map((value) => [value, type]));
}

const anyOf =
  (type: Type, ...names: string[]): Row =>
  (reader) =>
    reader.find(names) ? type : null;

const generationFields = [
  "model.name",
  "cost_details",
  "usage_details",
  "completion_start_time",
  "model.parameters",
  "prompt.name",
  "prompt.version",
].map((name) => `langfuse.observation.${name}`);

/** Langfuse's Python SDK up to 3.3.0 gave every generation the type span. */
const oldPythonGeneration: Row = (reader) => {
  const { span, scope } = reader;
  const isOld =
    scope === "langfuse-sdk" &&
    span.resource.get("telemetry.sdk.language") === "python" &&
    reader.word("langfuse.observation.type") === "span" &&
    isAtMost(span.scope.version, [3, 3, 0]);
  return isOld && reader.find(generationFields) ? "GENERATION" : null;
};

function isAtMost(version: string | null, limit: readonly number[]): boolean {
  const parts = (version ?? "").split(".").map((part) => Number.parseInt(part, 10));
  for (const [index, most] of limit.entries()) {
    const part = parts[index] ?? Number.NaN;
    if (!(part <= most)) return false;
    if (part < most) return true;
  }
  return true;
}

const aiSdkModels = ["langfuse.observation.model.name", "ai.model.id", "gen_ai.request.model", "gen_ai.response.model"];
const aiSdkCalls: [string, Type][] = [
  ["ai.generatetext.dogenerate", "GENERATION"],
  ["ai.streamtext.dostream", "GENERATION"],
  ["ai.generateobject.dogenerate", "GENERATION"],
  ["ai.streamobject.dostream", "GENERATION"],
  ["ai.embed.doembed", "EMBEDDING"],
  ["ai.embedmany.doembed", "EMBEDDING"],
];

/**
 * Tells whether a span is a certain call of the AI SDK. `operation.name` may also hold the name of a function:
 * `ai.toolCall agent-fn`.
 */
const isAiSdkCall = (reader: SpanReader, call: string): boolean =>
  reader.word("operation.name").startsWith(call) || reader.word("ai.operationId") === call;

const aiSdkCall: Row = (reader) => {
  if (!reader.find(aiSdkModels)) return null;
  return aiSdkCalls.find(([call]) => isAiSdkCall(reader, call))?.[1] ?? null;
};

const liveKitSpans = new Map<string, Type>([
  ["agent_turn", "AGENT"],
  ["start_agent_activity", "AGENT"],
  ["function_tool", "TOOL"],
]);

/**
 * The decision table for the type of an observation. The first row with an answer decides. LangSmith's own kind comes
 * before the operation, which LangSmith's SDK fills wrongly.
 */
const rows: readonly Row[] = [
  oldPythonGeneration,
  byValue("langfuse.observation.type", {
    span: "SPAN",
    generation: "GENERATION",
    event: "EVENT",
    embedding: "EMBEDDING",
    agent: "AGENT",
    tool: "TOOL",
    chain: "CHAIN",
    retriever: "RETRIEVER",
    guardrail: "GUARDRAIL",
    evaluator: "EVALUATOR",
  }),
  byValue("openinference.span.kind", {
    llm: "GENERATION",
    chain: "CHAIN",
    retriever: "RETRIEVER",
    embedding: "EMBEDDING",
    agent: "AGENT",
    tool: "TOOL",
    guardrail: "GUARDRAIL",
    evaluator: "EVALUATOR",
    reranker: "RETRIEVER",
    prompt: "SPAN",
  }),
  byValue("langsmith.span.kind", {
    llm: "GENERATION",
    tool: "TOOL",
    retriever: "RETRIEVER",
    embedding: "EMBEDDING",
    chain: "CHAIN",
    prompt: "SPAN",
    parser: "SPAN",
  }),
  byValue("gen_ai.operation.name", {
    ...named("GENERATION", "chat", "completion", "text_completion", "generate_content", "generate", "response"),
    ...named("AGENT", "invoke_agent", "create_agent", "plan"),
    ...named("RETRIEVER", "retrieval", "rerank", "search_memory"),
    ...named("SPAN", "agent_step", "execute_task", "create_memory", "update_memory", "upsert_memory", "delete_memory"),
    ...named("SPAN", "create_memory_store", "delete_memory_store"),
    embeddings: "EMBEDDING",
    execute_tool: "TOOL",
    invoke_workflow: "CHAIN",
  }),
  // A Genkit flow has no entry. If no later row fits, it becomes a SPAN, as in Langfuse.
  byValue("genkit:metadata:subtype", {
    ...named("GENERATION", "model", "background-model"),
    ...named("TOOL", "tool", "tool.v2"),
    embedder: "EMBEDDING",
    retriever: "RETRIEVER",
    evaluator: "EVALUATOR",
    agent: "AGENT",
  }),
  aiSdkCall,
  (reader) => (isAiSdkCall(reader, "ai.toolcall") ? "TOOL" : null),
  anyOf("TOOL", "gen_ai.tool.name", "gen_ai.tool.call.id"),
  anyOf("TOOL", "flue.tool.name", "flue.tool.call_id"),
  anyOf("AGENT", "flue.task.id", "flue.task.agent"),
  (reader) => (reader.isLiveKit ? (liveKitSpans.get(reader.span.name) ?? null) : null),
  byValue("traceloop.span.kind", { workflow: "CHAIN", agent: "AGENT", tool: "TOOL", task: "SPAN" }),
  byValue(
    "mlflow.spanType",
    {
      ...named("GENERATION", "llm", "chat_model"),
      ...named("RETRIEVER", "retriever", "reranker"),
      chain: "CHAIN",
      agent: "AGENT",
      tool: "TOOL",
      embedding: "EMBEDDING",
      evaluator: "EVALUATOR",
      guardrail: "GUARDRAIL",
    },
    // MLflow writes the value as JSON text, with quotes.
    (value) => readText(parseAnyJson(value)) ?? "",
  ),
  (reader) => (reader.word("mastra.span.type").startsWith("workflow_") ? "CHAIN" : null),
  // Mastra's model_generation is left to later rows: with a model it is the call itself, else a wrapper of the call.
  byValue("mastra.span.type", {
    ...named("TOOL", "tool_call", "mcp_tool_call"),
    ...named("SPAN", "model_step", "model_chunk"),
    agent_run: "AGENT",
  }),
  anyOf(
    "GENERATION",
    "langfuse.observation.model.name",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "llm.model_name",
    "model",
  ),
];

/** Returns the type of the observation that a span becomes. It is SPAN if no convention says more. */
export function deriveObservationType(reader: SpanReader): Type {
  for (const row of rows) {
    const type = row(reader);
    if (type) return type;
  }
  return "SPAN";
}
