import { calcPrice, findProvider, waitForUpdate, type ModelPrice as PackagePrices } from "@pydantic/genai-prices";
import type { FindPrice, ModelPrice } from "@/domain/model-prices/model-price";
import { tokenRateNames, type TokenRate, type RateName, type TokenRates } from "@/domain/model-prices/rates";

/**
 * The npm package with the built-in prices, its version and its date. A test compares both with the installed package.
 */
export const PRICE_LIST_PACKAGE = { package: "@pydantic/genai-prices", version: "0.1.8", date: "2026-09-23" } as const;

const { package: packageName, version, date } = PRICE_LIST_PACKAGE;
/** The name of the built-in price list, which is shown wherever a cost was computed from it. */
export const BUILT_IN_PRICE_LIST_LABEL = `${packageName} ${version} of ${date}`;

/** The package's name for each rate of this program. */
const packageNames: Record<RateName, string> = {
  input: "input_mtok",
  output: "output_mtok",
  input_cached_tokens: "cache_read_mtok",
  input_cache_creation: "cache_write_mtok",
  input_cache_creation_1h: "cache_write_1h_mtok",
  input_audio_tokens: "input_audio_mtok",
  output_audio_tokens: "output_audio_mtok",
  output_reasoning_tokens: "output_reasoning_mtok",
};

function ratesOf(prices: PackagePrices): TokenRates {
  const entries = tokenRateNames.map((name): [RateName, TokenRate | undefined] => [
    name,
    rateOf(prices[packageNames[name]]),
  ]);
  return Object.fromEntries(entries.filter(([, rate]) => rate !== undefined));
}

function rateOf(price: PackagePrices[string]): TokenRate | undefined {
  if (price === undefined || typeof price === "number") return price;
  return { base: price.base, tiers: price.tiers.map(({ start, price: rate }) => ({ above: start, rate })) };
}

/**
 * Finds the built-in price of a model: that of the provider whom the observation names, else of a provider to whom the
 * model's name points, else of the model's maker. Null if none of them lists the model.
 */
export const findBuiltInPrice: FindPrice = (wanted) => {
  const hour = Math.floor(wanted.at.getTime() / HOUR_MS);
  const key = JSON.stringify([wanted.model, wanted.provider, hour]);
  const known = found.get(key);
  if (known !== undefined) return known;
  const made = lookUp(wanted);
  if (found.size >= FOUND_MAX) found.delete(found.keys().next().value!);
  found.set(key, made);
  return made;
};

/**
 * Remembers found prices by model, provider and hour. A search in the list takes 0.1 ms, and prices change at most
 * hourly.
 */
const found = new Map<string, ModelPrice | null>();
const FOUND_MAX = 2_000;
const HOUR_MS = 3_600_000;

function lookUp({ model, provider, at }: Parameters<FindPrice>[0]): ModelPrice | null {
  for (const [providerId, name] of placesOf(model, provider)) {
    const listed = calcPrice({}, name, { timestamp: at, ...(providerId === undefined ? {} : { providerId }) });
    const rates = listed && ratesOf(listed.model_price);
    if (listed && rates && Object.keys(rates).length > 0)
      return { name: listed.model.id, provider: listed.provider.id, list: BUILT_IN_PRICE_LIST_LABEL, rates };
  }
  return null;
}

/** Providers that make models themselves. If no other provider is known, a model has the price of its maker. */
const makers = ["openai", "anthropic", "google", "mistral", "cohere", "deepseek", "x-ai", "voyageai", "perplexity"];

/** Matches model names of Amazon Bedrock, such as `us.anthropic.claude-…`, `us-gov.meta.llama…` and `amazon.nova-…`. */
const bedrock =
  /^(?:[a-z-]{2,6}\.)?(?:amazon|anthropic|meta|mistral|cohere|ai21|deepseek|openai|qwen|google|nvidia|writer)\./;

/**
 * The beginning of Fireworks' model names. Clients may leave out this beginning, and LiteLLM puts more text before it.
 */
const FIREWORKS = "accounts/fireworks/models/";

/**
 * Yields pairs of provider and model name under which the price list may contain a model, the most likely pair first.
 */
function* placesOf(model: string, provider: string | null): Generator<[string | undefined, string]> {
  const known = provider === null ? undefined : knownProvider(provider);
  if (known) yield [known, model];
  // Amazon's ARNs and regional names end with the name of the model.
  const plain = model.slice(model.lastIndexOf("/") + 1);
  if (bedrock.test(plain)) yield ["aws", plain];
  // Forms with a provider: `models/gemini-…`, `openai/gpt-…`, `openai:gpt-…` (Pydantic AI), `azure/eu/gpt-…` (LiteLLM).
  const end = model.search(/[/:]/);
  const [before, after] = [model.slice(0, Math.max(end, 0)), model.slice(end + 1)];
  const named = end > 0 ? knownProvider(before) : undefined;
  if (model.includes(FIREWORKS) || [known, named].includes("fireworks")) yield ["fireworks", FIREWORKS + plain];
  if (named) {
    yield [named, after];
    yield [named, plain];
  }
  yield [undefined, model];
  if (before === "models") yield [undefined, after];
  for (const maker of makers) yield [maker, model];
}

/**
 * Patterns of provider names that clients send but the package does not know, with the package's name of the provider.
 */
const otherNames: readonly (readonly [RegExp, string])[] = [
  [/^(?:azure|az\.)/, "azure"],
  [/^fireworks/, "fireworks"],
  [/^together/, "together"],
];

/** Returns the package's id of a provider; undefined for an unknown provider. */
function knownProvider(name: string): string | undefined {
  const lower = name.toLowerCase().split(".chat")[0]!;
  return otherNames.find(([form]) => form.test(lower))?.[1] ?? findProvider({ providerId: lower })?.id;
}

export type BuiltInPrice = { id: string; name: string; provider: string; providerName: string; rates: TokenRates };

let listed: Promise<BuiltInPrice[]> | null = null;

/** Lists the built-in prices that are valid at the first call. Each process makes the list once. */
export function listBuiltInPrices(now: Date): Promise<BuiltInPrice[]> {
  listed ??= makeList(now);
  return listed;
}

async function makeList(now: Date): Promise<BuiltInPrice[]> {
  const providers = (await waitForUpdate()) ?? [];
  return providers.flatMap(({ id: provider, name: providerName, models }) =>
    models.flatMap(({ id, name = id }): BuiltInPrice[] => {
      const found = calcPrice({}, id, { providerId: provider, timestamp: now });
      const rates = found && ratesOf(found.model_price);
      return rates && Object.keys(rates).length > 0 ? [{ id, name, provider, providerName, rates }] : [];
    }),
  );
}
