/**
 * The price of a million tokens in USD. It may depend on the number of input tokens: the last tier whose `above` is
 * smaller than that number sets the rate. If no tier applies, the rate is `base`.
 */
export type TokenRate = number | { base: number; tiers: { above: number; rate: number }[] };

/** Rates by kind of token. The kinds have the names of usageDetails: `input`, `output`, `input_cached_tokens` … */
export type TokenRates = Partial<Record<RateName, TokenRate>>;

/** The kinds of token that have a rate. Other kinds of input and output tokens take the rate of `input` or `output`. */
export const tokenRateNames = [
  "input",
  "output",
  "input_cached_tokens",
  "input_cache_creation",
  "input_cache_creation_1h",
  "input_audio_tokens",
  "output_audio_tokens",
  "output_reasoning_tokens",
] as const;
export type RateName = (typeof tokenRateNames)[number];

/** Lists the names of rates that fit a kind of token, the best first. A total and an unknown kind have none. */
export function listRateNamesOfTokenKind(kind: string): RateName[] {
  const name = kind.toLowerCase();
  const has = (...parts: string[]): boolean => parts.some((part) => name.includes(part));
  if (has("total")) return [];
  // Cached tokens are tokens of the input, even if the kind's name does not say so.
  if (has("cache")) {
    if (!has("creat", "write")) return ["input_cached_tokens", "input"];
    return has("1h") ? ["input_cache_creation_1h", "input_cache_creation", "input"] : ["input_cache_creation", "input"];
  }
  if (has("reasoning", "thought")) return ["output_reasoning_tokens", "output"];
  if (has("output", "completion")) return has("audio") ? ["output_audio_tokens", "output"] : ["output"];
  if (has("input", "prompt")) return has("audio") ? ["input_audio_tokens", "input"] : ["input"];
  return [];
}

/** Returns the rate for a number of input tokens. */
export function chooseRateForInputTokens(rate: TokenRate, inputTokens: number): number {
  if (typeof rate === "number") return rate;
  return rate.tiers.reduce((current, tier) => (inputTokens > tier.above ? tier.rate : current), rate.base);
}
