import { OwnPriceInput } from "@/domain/model-prices/model-price";
import { rateNames, rateForInputTokens, type RateName, type Rates } from "@/domain/model-prices/rates";

/** The values of the price form, as texts. A text is empty if nothing was entered. */
export type PriceFormValues = { pattern: string; validFrom: string; rates: Record<RateName, string> };

export const rateLabels: Record<RateName, string> = {
  input: "Input",
  output: "Output",
  input_cached_tokens: "Cached input",
  input_cache_creation: "Cache write",
  input_cache_creation_1h: "Cache write, 1 hour",
  input_audio_tokens: "Audio input",
  output_audio_tokens: "Audio output",
  output_reasoning_tokens: "Reasoning",
};

/** Returns the form's values of a price. For a rate with tiers it takes the first tier. */
export function toPriceFormValues(price: { pattern: string; rates: Rates; validFrom: Date | null }): PriceFormValues {
  const text = (name: RateName): string => {
    const rate = price.rates[name];
    return rate === undefined ? "" : String(rateForInputTokens(rate, 0));
  };
  const rates = Object.fromEntries(rateNames.map((name) => [name, text(name)])) as PriceFormValues["rates"];
  return { pattern: price.pattern, rates, validFrom: price.validFrom?.toISOString().slice(0, 10) ?? "" };
}

/** Returns a pattern that matches one model name literally. */
export const exactModelPattern = (model: string): string => model.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

type ReadForm = { input: OwnPriceInput } | { errors: Map<string, string> };

/** Reads the form. Its errors are by field: `pattern`, `validFrom`, `rates` or `rates.<name>`. */
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
