import { asPlainNumber, isObject, parsedJson } from "./values";

/** Tokens by bucket. Buckets exclude each other: cached input is not part of `input`. */
export type Usage = Record<string, number>;

const openAiShapes = [
  { input: "prompt_tokens", output: "completion_tokens" },
  { input: "input_tokens", output: "output_tokens" },
];
const totalNames = ["total", "totalTokens", "total_tokens"];

/**
 * `usage_details` as Langfuse's SDKs send it: an object, or its JSON.
 * @returns null for JSON that is no object, which means no usage; undefined for text that is no JSON
 */
export function readUsageDetails(value: unknown): Usage | null | undefined {
  const parsed = parsedJson(value);
  if (typeof parsed === "string" && parsed === value) return undefined;
  if (!isObject(parsed)) return null;
  return fromOpenAi(parsed) ?? readCounts(Object.entries(parsed));
}

/** The usage of an OpenAI completion or response, and nothing beside it. Its details are inside input and output. */
function fromOpenAi(given: Record<string, unknown>): Usage | null {
  for (const { input, output } of openAiShapes) {
    const known = [input, output, "total_tokens", `${input}_details`, `${output}_details`];
    const counts = [input, output, "total_tokens"].map((name) => count(given[name]));
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

function details(prefix: string, given: unknown): Usage {
  if (!isObject(given)) return {};
  return readCounts(Object.entries(given).map(([name, value]) => [prefix + name, value]));
}

/** Counts that are numbers or text of numbers, rounded; whatever is no count is left out. */
export function readCounts(entries: Iterable<readonly [string, unknown]>): Usage {
  const counts = [...entries].map(([name, value]) => [name, count(value)] as const);
  return Object.fromEntries(counts.filter((entry): entry is [string, number] => entry[1] !== null));
}

export function count(value: unknown): number | null {
  const number = asPlainNumber(value);
  return number === null || number < 0 || number > Number.MAX_SAFE_INTEGER ? null : Math.round(number);
}

const sumOfCounts = (usage: Usage): number => Object.values(usage).reduce((left, right) => left + right, 0);

/** The usage with its total, where the sender told none. Null without any bucket. */
export function withTotal(usage: Usage): Usage | null {
  if (Object.keys(usage).length === 0) return null;
  return totalNames.some((name) => usage[name] !== undefined) ? usage : { ...usage, total: sumOfCounts(usage) };
}

/** Whether a sender's total is less than what its buckets add up to. */
export function hasSmallTotal({ total, ...buckets }: Usage): boolean {
  return total !== undefined && total < sumOfCounts(buckets);
}

/** Whole counts of input and output, and the parts that stand inside them. */
export type Inclusive = {
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
 * Takes the parts off input and output, so that the buckets add up. A sender whose input is smaller than its cached
 * parts has taken them off already: raw numbers of Anthropic are such.
 */
export function toBuckets(given: Inclusive): Usage {
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
  return readCounts(parts);
}
