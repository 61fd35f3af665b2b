import type { SpanReader } from "./span-reader";
import { readAiSdkUsage, isAiSdkWrapperSpan } from "./usage-ai-sdk";
import {
  parseTokenCount,
  readTokenCounts,
  isTotalBelowSum,
  readUsageDetails,
  toExclusiveTokenUsage,
  addUsageTotal,
  type InclusiveTokenCounts,
} from "./usage-buckets";
import type { TokenUsage } from "./usage-buckets";
import { readObject } from "./read-values";
import type { JsonObject } from "../../json/json-kinds";

/**
 * The names of each count below `gen_ai.usage.` and `llm.token_count.`, as senders write them. The first name with a
 * value counts.
 */
const names: Record<keyof InclusiveTokenCounts, readonly string[]> = {
  input: ["prompt_tokens", "input_tokens", "prompt"],
  output: ["completion_tokens", "output_tokens", "completion"],
  total: ["total_tokens", "total"],
  cached: [
    "cache_read.input_tokens",
    "cache_read_input_tokens",
    "cache_read_tokens",
    "details.cache_read_tokens",
    "details.cache_read_input_tokens",
    "prompt_details.cache_read",
    "input_cached_tokens",
    "cached_input_tokens",
    "prompt_details.cache_input",
    "input_token_details.cache_read",
  ],
  creation: [
    "cache_creation.input_tokens",
    "cache_creation_input_tokens",
    "cache_write_tokens",
    "details.cache_write_tokens",
    "details.cache_creation_input_tokens",
    "prompt_details.cache_write",
    "input_cache_creation",
    "cache_write.input_tokens",
  ],
  creation5m: ["cache_creation_5m.input_tokens"],
  creation1h: ["cache_creation_1h.input_tokens"],
  inputAudio: ["prompt_details.audio", "audio.input_tokens", "input_audio_tokens", "details.input_audio_tokens"],
  reasoning: [
    "reasoning.output_tokens",
    "completion_details.reasoning",
    "reasoning_tokens",
    "details.reasoning_tokens",
    "output_reasoning_tokens",
  ],
  outputAudio: [
    "completion_details.audio",
    "audio.output_tokens",
    "output_audio_tokens",
    "details.output_audio_tokens",
  ],
};
const fields = Object.keys(names) as (keyof InclusiveTokenCounts)[];
const known = new Set(Object.values(names).flat());

/** Matches names to leave out: counts by modality, which repeat counted tokens, and values that are no count. */
const otherViews =
  /^(?:text\.|image\.|video\.|aggregated|input_text_tokens$|output_text_tokens$|token_type$|input_token_details$|output_token_details$)/;
const isCost = /(?:^|[._])cost$/;

/**
 * Returns the tokens of a span by bucket; null if the span has none. If the span repeats the sums of its children, only
 * `langfuse.observation.usage_details` counts.
 */
export function readSpanUsage(reader: SpanReader): TokenUsage | null {
  const given = reader.get("langfuse.observation.usage_details");
  const details = given === undefined || given === "" ? undefined : readUsageDetails(given);
  const usage = details === undefined ? counted(reader) : details;
  if (usage && isTotalBelowSum(usage)) reader.notes.add("The sender's total of tokens is less than its parts.");
  return usage && addUsageTotal(usage);
}

function counted(reader: SpanReader): TokenUsage | null {
  if (repeatsChildren(reader)) return null;
  return ownCounts(reader);
}

const repeatsChildren = (reader: SpanReader): boolean => reader.isAggregate || isAiSdkWrapperSpan(reader);

function ownCounts(reader: SpanReader): TokenUsage {
  if (reader.isAiSdk) return readAiSdkUsage(reader);
  return genkitUsage(reader) ?? conventionUsage(reader);
}

/**
 * Returns, for the metadata, the usage of a span that repeats the sums of its children, and usage that the sender calls
 * aggregated. In the usage column these tokens would count twice.
 */
export function readAggregatedUsage(reader: SpanReader): JsonObject | null {
  const told = readTokenCounts(reader.under("gen_ai.aggregated_usage."));
  const usage = { ...(repeatsChildren(reader) ? ownCounts(reader) : {}), ...told };
  return Object.keys(usage).length > 0 ? usage : null;
}

function genkitUsage(reader: SpanReader): TokenUsage | null {
  const usage = readObject(readObject(reader.get("genkit:output"))?.["usage"]);
  if (!usage) return null;
  const read = (name: string): number | null => parseTokenCount(usage[name]);
  return toExclusiveTokenUsage({
    ...{ input: read("inputTokens"), output: read("outputTokens"), total: read("totalTokens") },
    ...{ cached: read("cachedContentTokens"), creation: null, creation5m: null, creation1h: null },
    ...{ inputAudio: null, reasoning: read("thoughtsTokens"), outputAudio: null },
  });
}

/** Reads the usage of OpenTelemetry's GenAI conventions, of OpenInference, and of others with the same prefixes. */
function conventionUsage(reader: SpanReader): TokenUsage {
  const counts = new Map<string, number>();
  for (const [name, value] of [...reader.under("llm.token_count."), ...reader.under("gen_ai.usage.")]) {
    const number = parseTokenCount(value);
    if (number !== null && !isCost.test(name)) counts.set(name, number);
  }
  const whole = Object.fromEntries(
    fields.map((field) => [
      field,
      names[field].map((name) => counts.get(name)).find((value) => value !== undefined) ?? null,
    ]),
  ) as InclusiveTokenCounts;
  const others = [...counts].filter(([name]) => !known.has(name) && !otherViews.test(name));
  return {
    ...toExclusiveTokenUsage({
      ...whole,
      total: whole.total ?? parseTokenCount(reader.get("llm.usage.total_tokens")),
      cached: whole.cached ?? adkCachedTokens(reader),
    }),
    ...Object.fromEntries(others.map(([name, value]) => [name.replace(/^details\./, ""), value])),
  };
}

/** Reads the cached tokens of Google's ADK 1, which writes them only into its answer. */
function adkCachedTokens(reader: SpanReader): number | null {
  const answer = readObject(reader.get("gcp.vertex.agent.llm_response"));
  return parseTokenCount(readObject(answer?.["usage_metadata"])?.["cached_content_token_count"]);
}
