import { OwnPriceInput } from "@/domain/model-prices/model-price";
import { tokenRateNames, chooseRateForInputTokens, type RateName, type TokenRates } from "@/domain/model-prices/rates";

/** The texts in the fields of the price form. Rates are USD per million tokens. An empty text means no value. */
export type PriceFormValues = { pattern: string; validFrom: string; rates: Record<RateName, string> };

export const priceRateLabels: Record<RateName, string> = {
  input: "Input",
  output: "Output",
  input_cached_tokens: "Cached input",
  input_cache_creation: "Cache write",
  input_cache_creation_1h: "Cache write, 1 hour",
  input_audio_tokens: "Audio input",
  output_audio_tokens: "Audio output",
  output_reasoning_tokens: "Reasoning",
};

/**
 * Converts a price into form values. Of a rate that depends on the number of input tokens, the form shows the base
 * rate, which counts below the first tier.
 */
export function toPriceFormValues(price: {
  pattern: string;
  rates: TokenRates;
  validFrom: Date | null;
}): PriceFormValues {
  const text = (name: RateName): string => {
    const rate = price.rates[name];
    return rate === undefined ? "" : String(chooseRateForInputTokens(rate, 0));
  };
  const rates = Object.fromEntries(tokenRateNames.map((name) => [name, text(name)])) as PriceFormValues["rates"];
  return { pattern: price.pattern, rates, validFrom: price.validFrom?.toISOString().slice(0, 10) ?? "" };
}

/** Returns a regular expression that matches exactly this model name, with special characters escaped. */
export const makeExactModelPattern = (model: string): string => model.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

type ReadForm = { input: OwnPriceInput } | { errors: Map<string, string> };

/**
 * Validates the form's texts, and returns the price or the errors by field: `pattern`, `validFrom`, `rates` or
 * `rates.<name>`.
 */
export function readPriceForm({ pattern, validFrom, rates }: PriceFormValues): ReadForm {
  const entered = Object.entries(rates).filter(([, text]) => text.trim() !== "");
  const result = OwnPriceInput.safeParse({
    pattern,
    rates: Object.fromEntries(entered.map(([name, text]) => [name, Number(text)])),
    validFrom: validFrom === "" ? null : validFrom,
  });
  if (result.success) return { input: result.data };
  return { errors: new Map(result.error.issues.map(({ path, message }) => [path.map(String).join("."), message])) };
}
