import type { SpanReader } from "./span-reader";
import {
  readText,
  readPlainNumber,
  isMeaningfulValue,
  readObject,
  parseObjectOrList,
  withoutMissingMembers,
} from "./read-values";
import type { JsonObject } from "../../json/json-kinds";

const modelNames = [
  "langfuse.observation.model.name",
  "gen_ai.response.model",
  "ai.model.id",
  "gen_ai.request.model",
  "llm.response.model",
  "llm.model_name",
  "model",
];
const laterModelNames = [
  "llm.response.model_name",
  "llm.request.model_name",
  "embedding.model_name",
  "reranker.model_name",
  "mlflow.llm.model",
  "gen_ai.model",
];

/**
 * Returns the model in Langfuse's own attribute, else the model that answered, else the requested model. Null if the
 * span repeats the sums of its children.
 */
export function readSpanModel(reader: SpanReader): string | null {
  if (reader.isAggregate) return null;
  const isGenkitModel = reader.word("genkit:metadata:subtype") === "model";
  return (
    reader.text(...modelNames) ?? (isGenkitModel ? reader.text("genkit:name") : null) ?? reader.text(...laterModelNames)
  );
}

/**
 * Returns the requested model and the model that answered, if the span names both, so that a filter can ask for either.
 */
export function requestAndResponseModel(reader: SpanReader): JsonObject {
  const requestModel = reader.text("gen_ai.request.model");
  const responseModel = reader.text("gen_ai.response.model");
  return requestModel !== null && responseModel !== null ? { requestModel, responseModel } : {};
}

/** Returns the parameters of the model call, from the first convention that has any. */
export function readModelParameters(reader: SpanReader): JsonObject | null {
  const explicit = readObject(reader.get("langfuse.observation.model.parameters"));
  const found = [
    reader.isAiSdk ? { ...aiSdkParameters(reader), ...explicit } : explicit,
    genkitParameters(reader),
    readObject(reader.get("llm.invocation_parameters")),
    readObject(reader.get("model_config")),
    prefixedParameters(reader),
  ].find(isMeaningfulValue);
  return (found as JsonObject | undefined) ?? null;
}

function aiSdkParameters(reader: SpanReader): JsonObject {
  const setting = (name: string): unknown => reader.first([`ai.settings.${name}`]);
  return withoutMissingMembers([
    ["maxSteps", setting("maxSteps")],
    ["toolChoice", parseObjectOrList(reader.first(["ai.prompt.toolChoice", "ai.settings.toolChoice"]))],
    ["maxTokens", reader.first(["gen_ai.request.max_tokens", "ai.settings.maxTokens", "ai.settings.maxOutputTokens"])],
    ["finishReason", parseObjectOrList(reader.first(["gen_ai.response.finish_reasons", "gen_ai.finishReason"]))],
    ["system", reader.first(["gen_ai.system", "ai.model.provider"])],
    ["maxRetries", setting("maxRetries")],
    ["mode", setting("mode")],
    ["temperature", reader.first(["gen_ai.request.temperature", "ai.settings.temperature"])],
    ["service_tier", reader.first(["gen_ai.request.service_tier", "ai.settings.service_tier"])],
  ]);
}

function genkitParameters(reader: SpanReader): JsonObject | null {
  const input = readObject(reader.get("genkit:input"));
  const request = readObject(readObject(reader.get("genkit:output"))?.["request"]);
  const config = [input?.["config"], request?.["config"]].find(isMeaningfulValue);
  return readObject(config);
}

function prefixedParameters(reader: SpanReader): JsonObject {
  const all = [...reader.under("gen_ai.request."), ...reader.under("llm.invocation_parameters.")];
  return withoutMissingMembers(
    all.filter(([name]) => name !== "model").map(([name, value]) => [name, parseObjectOrList(value)]),
  );
}

/** Returns the reasons why the model stopped, and the provider. What is missing is left out. */
export function finishReasonAndProvider(reader: SpanReader): JsonObject {
  const finish = parseObjectOrList(
    reader.first(["gen_ai.response.finish_reasons", "llm.finish_reason", "ai.response.finishReason"]),
  );
  const provider = reader.text("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system");
  // LangSmith's SDK writes all finish reasons into one text, with commas.
  const reasons = typeof finish === "string" ? finish.split(",").map((reason) => reason.trim()) : finish;
  return withoutMissingMembers([
    ["finishReasons", isMeaningfulValue(reasons) ? reasons : null],
    ["provider", provider],
  ]);
}

type Prompt = { promptName: string | null; promptVersion: number | null; otherVersion: string | null };

/**
 * Returns the name and version of a generation's prompt. A version that is no whole number below 1,000,000,000 becomes
 * `otherVersion`, because the column holds nine digits.
 */
export function readPromptNameAndVersion(reader: SpanReader): Prompt {
  const own = readObject(reader.get("ai.telemetry.metadata.langfusePrompt"));
  const promptName =
    reader.text("langfuse.observation.prompt.name", "langfuse.prompt.name") ??
    readText(own?.["name"]) ??
    reader.text("traceloop.prompt.key", "gen_ai.prompt.name", "llm.prompt_template.name");
  const version =
    reader.text("langfuse.observation.prompt.version", "langfuse.prompt.version") ??
    readText(own?.["version"]) ??
    reader.text("traceloop.prompt.version", "llm.prompt_template.version");
  const number = version === null ? null : readPlainNumber(version);
  const isWhole = number !== null && Number.isSafeInteger(number) && number >= 0 && number < PROMPT_VERSION_MAX;
  return { promptName, promptVersion: isWhole ? number : null, otherVersion: isWhole ? null : version };
}

/** Versions of prompts must be below this number: their column holds nine digits. */
const PROMPT_VERSION_MAX = 1e9;
