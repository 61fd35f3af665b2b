import { readPlainNumber, parseAnyJson } from "./read-values";
import { isJsonObject } from "../../json/json-kinds";

/**
 * Numbers of tokens by bucket. Apart from `total`, no token is in two buckets: `input` does not include cached input.
 */
export type TokenUsage = Record<string, number>;

const openAiShapes = [
  { input: "prompt_tokens", output: "completion_tokens" },
  { input: "input_tokens", output: "output_tokens" },
];
const totalNames = ["total", "totalTokens", "total_tokens"];

/**
 * Reads `usage_details` as Langfuse's SDKs send it: an object, or its JSON.
 * @returns null for JSON that is no object, which means no usage; undefined for text that is no JSON
 */
export function readUsageDetails(value: unknown): TokenUsage | null | undefined {
  const parsed = parseAnyJson(value);
  if (typeof parsed === "string" && parsed === value) return undefined;
  if (!isJsonObject(parsed)) return null;
  return fromOpenAi(parsed) ?? readTokenCounts(Object.entries(parsed));
}

/**
 * Reads a usage object in the form of OpenAI's completions or responses; null if it has another field or lacks a count.
 * In this form the details are parts of input and output.
 */
function fromOpenAi(given: Record<string, unknown>): TokenUsage | null {
  for (const { input, output } of openAiShapes) {
    const known = [input, output, "total_tokens", `${input}_details`, `${output}_details`];
    const counts = [input, output, "total_tokens"].map((name) => parseTokenCount(given[name]));
    if (!Object.keys(given).every((name) => known.includes(name)) || counts.includes(null)) continue;
    const [all, made, total] = counts as [number, number, number];
    const inputDetails = details("input_", given[`${input}_details`]);
    const outputDetails = details("output_", given[`${output}_details`]);
    return {
      input: Math.max(0, all - sumOfCounts(inputDetails)),
      output: Math.max(0, made - sumOfCounts(outputDetails)),
      total,
      ...inputDetails,
      ...outputDetails,
    };
  }
  return null;
}

function details(prefix: string, given: unknown): TokenUsage {
  if (!isJsonObject(given)) return {};
  return readTokenCounts(Object.entries(given).map(([name, value]) => [prefix + name, value]));
}

/** Reads counts from numbers and texts of numbers, and rounds them. It leaves out values that are no count. */
export function readTokenCounts(entries: Iterable<readonly [string, unknown]>): TokenUsage {
  const counts = [...entries].map(([name, value]) => [name, parseTokenCount(value)] as const);
  return Object.fromEntries(counts.filter((entry): entry is [string, number] => entry[1] !== null));
}

export function parseTokenCount(value: unknown): number | null {
  const number = readPlainNumber(value);
  return number === null || number < 0 || number > Number.MAX_SAFE_INTEGER ? null : Math.round(number);
}

const sumOfCounts = (usage: TokenUsage): number => Object.values(usage).reduce((left, right) => left + right, 0);

/** Adds the total, if the sender gave none. Null without any bucket. */
export function addUsageTotal(usage: TokenUsage): TokenUsage | null {
  if (Object.keys(usage).length === 0) return null;
  return totalNames.some((name) => usage[name] !== undefined) ? usage : { ...usage, total: sumOfCounts(usage) };
}

/** Tells whether a sender's total is less than the sum of its buckets. */
export function isTotalBelowSum({ total, ...buckets }: TokenUsage): boolean {
  return total !== undefined && total < sumOfCounts(buckets);
}

/**
 * Token counts as many senders give them: input and output include their parts, and the parts are counted separately
 * too.
 */
export type InclusiveTokenCounts = {
  input: number | null;
  output: number | null;
  total: number | null;
  cached: number | null;
  creation: number | null;
  creation5m: number | null;
  creation1h: number | null;
  inputAudio: number | null;
  reasoning: number | null;
  outputAudio: number | null;
};

/**
 * Subtracts the parts (cached, audio, reasoning) from input and output, so that the buckets add up. If a sender's input
 * is smaller than its cached parts, the sender has subtracted them already, as Anthropic does.
 */
export function toExclusiveTokenUsage(given: InclusiveTokenCounts): TokenUsage {
  const { input, output, cached, creation, creation5m, creation1h } = given;
  const split = (creation5m ?? 0) + (creation1h ?? 0);
  const allCreation = Math.max(creation ?? 0, split);
  const caches = (cached ?? 0) + allCreation;
  const isExclusive = input !== null && input < caches;
  const parts: [string, number | null][] = [
    ["input", input === null || isExclusive ? input : Math.max(0, input - caches - (given.inputAudio ?? 0))],
    ["output", output === null ? null : Math.max(0, output - (given.reasoning ?? 0) - (given.outputAudio ?? 0))],
    ["total", given.total],
    ["input_cached_tokens", cached],
    ["input_cache_creation", creation === null ? null : allCreation - split],
    ["input_cache_creation_5m", creation5m],
    ["input_cache_creation_1h", creation1h],
    ["input_audio_tokens", given.inputAudio],
    ["output_reasoning_tokens", given.reasoning],
    ["output_audio_tokens", given.outputAudio],
  ];
  return readTokenCounts(parts);
}
