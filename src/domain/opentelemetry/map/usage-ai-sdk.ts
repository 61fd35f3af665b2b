import type { SpanReader } from "./span-reader";
import { parseTokenCount, toExclusiveTokenUsage, type TokenUsage } from "./usage-buckets";
import { readObject } from "./read-values";
import type { JsonObject } from "../../json/json-kinds";

/** Spans of the AI SDK around a model call. They repeat the usage of the call below them. */
const wrapper = /^ai\.(?:generate|stream)(?:text|object)$|^ai\.embed(?:many)?$/;

export const isAiSdkWrapperSpan = (reader: SpanReader): boolean => wrapper.test(reader.word("ai.operationId"));

/** Reads the usage of the AI SDK 4 to 6. AI SDK 7 may write the same form. */
export function readAiSdkUsage(reader: SpanReader): TokenUsage {
  const first = (...names: string[]): number | null => parseTokenCount(reader.first(names));
  const metadata = readObject(reader.get("ai.response.providerMetadata")) ?? {};
  const openai = readObject(metadata["openai"]) ?? {};
  const anthropic = readObject(readObject(metadata["anthropic"])?.["usage"]) ?? {};
  const perTime = readObject(anthropic["cache_creation"]) ?? {};
  const bedrock = readObject(readObject(metadata["bedrock"])?.["usage"]) ?? {};
  const output = "ai.usage.outputTokenDetails";
  const input = "ai.usage.inputTokenDetails";

  const whole = {
    input: first(
      "gen_ai.usage.prompt_tokens",
      "gen_ai.usage.input_tokens",
      "ai.usage.inputTokens",
      "ai.usage.promptTokens",
    ),
    output: first(
      "gen_ai.usage.completion_tokens",
      "gen_ai.usage.output_tokens",
      "ai.usage.outputTokens",
      "ai.usage.completionTokens",
    ),
    total: first("ai.usage.tokens", "ai.usage.totalTokens"),
  };
  const cached =
    first("ai.usage.cachedInputTokens", `${input}.cacheReadTokens`, "gen_ai.usage.cache_read.input_tokens") ??
    countIn(openai, "cachedPromptTokens") ??
    countIn(anthropic, "cache_read_input_tokens") ??
    countIn(bedrock, "cacheReadInputTokens");
  const creation =
    first(`${input}.cacheWriteTokens`) ??
    countIn(anthropic, "cache_creation_input_tokens") ??
    countIn(bedrock, "cacheCreationInputTokens", "cacheWriteInputTokens");
  const usage = toExclusiveTokenUsage({
    ...whole,
    // An embedding has only one count, which is its input.
    input: whole.input ?? (whole.output === null ? whole.total : null),
    cached,
    creation,
    creation5m: countIn(perTime, "ephemeral_5m_input_tokens"),
    creation1h: countIn(perTime, "ephemeral_1h_input_tokens"),
    inputAudio: null,
    reasoning:
      first("ai.usage.reasoningTokens", `${output}.reasoningTokens`) ?? countIn(openai, "reasoningTokens") ?? null,
    outputAudio: null,
  });
  const predictions = withPredictions(usage, openai);
  const exclusive = { input: first(`${input}.noCacheTokens`), output: first(`${output}.textTokens`) };
  return {
    ...predictions,
    ...(exclusive.input === null ? {} : { input: exclusive.input }),
    ...(exclusive.output === null ? {} : { output: exclusive.output }),
  };
}

/**
 * Moves predicted tokens from the output into buckets of their own. They are part of the output, whether the model
 * accepted or rejected them.
 */
function withPredictions(usage: TokenUsage, openai: JsonObject): TokenUsage {
  const accepted = countIn(openai, "acceptedPredictionTokens") ?? 0;
  const rejected = countIn(openai, "rejectedPredictionTokens") ?? 0;
  if (accepted + rejected === 0 || usage["output"] === undefined) return usage;
  return {
    ...usage,
    output: Math.max(0, usage["output"] - accepted - rejected),
    output_accepted_prediction_tokens: accepted,
    output_rejected_prediction_tokens: rejected,
  };
}

function countIn(object: JsonObject, ...names: string[]): number | null {
  return names.map((name) => parseTokenCount(object[name])).find((value) => value !== null) ?? null;
}
