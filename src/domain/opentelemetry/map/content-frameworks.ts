import {
  makeAttributePairReader,
  findFirstParsedAttribute,
  type ContentWithAttributeNames,
  type ContentReader,
} from "./content-source";
import { rebuildListFromDottedNames } from "./rebuild";
import type { SpanReader } from "./span-reader";
import { isMeaningfulValue, parseObjectOrList, parseAnyJson } from "./read-values";
import { isJsonObject } from "../../json/json-kinds";

export const readGenkitContent: ContentReader = (reader) => ({
  input: memberOrAll(reader, "genkit:input", "messages"),
  output: memberOrAll(reader, "genkit:output", "message"),
});

function memberOrAll(reader: SpanReader, name: string, member: string): ContentWithAttributeNames | null {
  const all = parseAnyJson(reader.get(name));
  const value = isJsonObject(all) && isMeaningfulValue(all[member]) ? all[member] : all;
  return isMeaningfulValue(value) ? { value, names: [name] } : null;
}

const aiSdkOutputs = [
  "ai.response.text",
  "ai.result.text",
  "ai.toolCall.result",
  "ai.response.object",
  "ai.result.object",
  "ai.response.toolCalls",
  "ai.result.toolCalls",
];

/** Reads the content of spans from Vercel's AI SDK 4 to 6. */
export const readAiSdkContent: ContentReader = (reader) => {
  if (!reader.isAiSdk) return { input: null, output: null };
  const inputs = ["ai.prompt.messages", "ai.prompt", "ai.toolCall.args"];
  const output = textWithToolCalls(reader) ?? findFirstParsedAttribute(reader, aiSdkOutputs);
  return { input: findFirstParsedAttribute(reader, inputs), output };
};

/** Reads an answer of the AI SDK that has both a text and tool calls. The text may be empty. */
function textWithToolCalls(reader: SpanReader): ContentWithAttributeNames | null {
  const names = ["ai.response.text", "ai.response.toolCalls"];
  const [content, calls] = names.map((name) => reader.get(name));
  if (content === undefined || content === null || !isMeaningfulValue(parseObjectOrList(calls))) return null;
  return { value: { role: "assistant", content, tool_calls: parseObjectOrList(calls) }, names };
}

/**
 * Reads the content of LangSmith and of OpenLLMetry up to 0.4. They write one attribute, or one attribute for each
 * field of each message.
 */
export const readPromptAndCompletion: ContentReader = (reader) => ({
  input: rebuildListFromDottedNames(reader, "gen_ai.prompt.") ?? findFirstParsedAttribute(reader, ["gen_ai.prompt"]),
  output:
    rebuildListFromDottedNames(reader, "gen_ai.completion.") ?? findFirstParsedAttribute(reader, ["gen_ai.completion"]),
});

export const readOpenInferenceContent: ContentReader = (reader) => ({
  input: rebuildListFromDottedNames(reader, "llm.input_messages."),
  output: rebuildListFromDottedNames(reader, "llm.output_messages."),
});

export const readRetrievalContent: ContentReader = (reader) => ({
  input: findFirstParsedAttribute(reader, ["gen_ai.retrieval.query.text", "reranker.query"]),
  output:
    findFirstParsedAttribute(reader, ["gen_ai.retrieval.documents"]) ??
    rebuildListFromDottedNames(reader, "retrieval.documents.") ??
    rebuildListFromDottedNames(reader, "reranker.output_documents."),
});

/** Reads the content of embeddings, without their vectors, and of MCP calls. */
export const readEmbeddingsAndMcpContent: ContentReader = (reader) => ({
  input: embeddedTexts(reader) ?? aiSdkValues(reader) ?? findFirstParsedAttribute(reader, ["mcp.request.argument"]),
  output: findFirstParsedAttribute(reader, ["mcp.response.value"]),
});

const EMBEDDED = /^embedding\.embeddings\.\d{1,4}\.embedding\.text$/;

function embeddedTexts(reader: SpanReader): ContentWithAttributeNames | null {
  const names = [...reader.attributes.keys()].filter((name) => EMBEDDED.test(name));
  const place = (name: string): number => Number(name.split(".")[2]);
  const sorted = names.sort((left, right) => place(left) - place(right));
  return sorted.length === 0 ? null : { value: sorted.map((name) => reader.get(name)), names: sorted };
}

/** Reads the texts of an embedding. The AI SDK writes each text as JSON. */
function aiSdkValues(reader: SpanReader): ContentWithAttributeNames | null {
  const found = findFirstParsedAttribute(reader, ["ai.values"]);
  if (found) return { ...found, value: Array.isArray(found.value) ? found.value.map(parseAnyJson) : found.value };
  const value = parseAnyJson(reader.get("ai.value"));
  return isMeaningfulValue(value) ? { value, names: ["ai.value"] } : null;
}

const flue = (...names: string[]): string[] => names.map((name) => `flue.${name}`);
const adk = (...names: string[]): string[] => names.map((name) => `gcp.vertex.agent.${name}`);
/**
 * Returns both spellings of LiveKit's attribute names. Since Agents 1.7, names of attributes with people's words begin
 * with `lk.pii`.
 */
const liveKit = (...names: string[]): string[] => names.flatMap((name) => [`lk.${name}`, `lk.pii.${name}`]);

/** The readers of conventions that write the input into one attribute and the output into another. */
export const attributePairReaders = {
  langfuse: makeAttributePairReader(["langfuse.observation.input"], ["langfuse.observation.output"]),
  flue: makeAttributePairReader(
    flue("turn.input", "tool.arguments", "task.prompt", "workflow.payload"),
    flue("turn.output", "tool.result", "task.result", "operation.result", "workflow.result"),
  ),
  /** In Google's ADK an empty object means "none", so the next attribute counts. */
  adk: makeAttributePairReader(adk("llm_request", "tool_call_args"), adk("llm_response", "tool_response")),
  logfire2: makeAttributePairReader(["prompt"], ["all_messages_events"]),
  liveKit: makeAttributePairReader(
    liveKit("input_text", "user_transcript", "chat_ctx", "user_input", "function_tool.arguments"),
    liveKit("function_tool.output", "response.text", "response.function_calls"),
  ),
  mlflow: makeAttributePairReader(["mlflow.spanInputs"], ["mlflow.spanOutputs"]),
  traceloop: makeAttributePairReader(["traceloop.entity.input"], ["traceloop.entity.output"]),
  openInference: makeAttributePairReader(["input.value"], ["output.value"]),
  plain: makeAttributePairReader(["input"], ["output"]),
  genAiTool: makeAttributePairReader(["gen_ai.tool.call.arguments"], ["gen_ai.tool.call.result"]),
};
