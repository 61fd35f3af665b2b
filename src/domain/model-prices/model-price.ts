import { z } from "zod";
import { isInYearsOfCalendar } from "../filter/parse-instant";
import { compileRegex } from "../filter/regex";
import { tokenRateNames, type TokenRates } from "./rates";

/** The price of a model. */
export type ModelPrice = {
  /** the model's name in the price list, or the pattern of the project's own price */
  name: string;
  provider: string | null;
  /** `own price`, or the package, version and date of the built-in list */
  list: string;
  rates: TokenRates;
};

/** Finds the price of a model at a time; null if there is none. */
export type FindPrice = (wanted: { model: string; provider: string | null; at: Date }) => ModelPrice | null;

const OWN_PRICE = "own price";

/** Makes an expression that must match the whole name of a model, in upper or lower case. */
const whole = (pattern: string): string => `(?i)^(?:${pattern})$`;

const Pattern = z
  .string()
  .trim()
  .min(1, "Enter the name of a model, or a regular expression.")
  .max(300, "Enter at most 300 characters.")
  .superRefine((pattern, context) => {
    const { problem } = compileRegex(whole(pattern));
    if (problem !== null) context.addIssue({ code: "custom", message: `The regular expression ${problem}.` });
  });

const OwnRate = z
  .number("Enter a number.")
  .min(0, "A price is 0 or more.")
  .max(1_000_000, "A price is at most 1,000,000 USD for a million tokens.");

/** A project's own price, as a person enters it. Rates are USD for a million tokens. */
export const OwnPriceInput = z.object({
  pattern: Pattern,
  rates: z
    .partialRecord(z.enum(tokenRateNames), OwnRate)
    .refine((rates) => Object.keys(rates).length > 0, "Enter at least one price."),
  /** the price is valid for observations that started at this time or later; null: for all observations */
  validFrom: z.coerce
    .date()
    .refine((date) => isInYearsOfCalendar(date.getTime()), "Use a time in the years 1 to 9999.")
    .nullish(),
});
export type OwnPriceInput = z.infer<typeof OwnPriceInput>;

export type OwnPrice = { pattern: string; rates: TokenRates; validFrom: Date | null };

/** Tells whether a pattern matches the whole name of a model. A pattern that does not compile matches no name. */
const matchesModel = (pattern: string, model: string): boolean =>
  compileRegex(whole(pattern)).pattern?.test(model) ?? false;

/**
 * The most characters of a model's name that patterns are tried on, because a longer name could make them take long. A
 * longer name has no price.
 */
const MODEL_MAX = 300;

/**
 * Makes a function that looks in the project's own prices first, then in the built-in list.
 * @param own if several prices match, the first valid price counts
 */
export function makePriceFinder(own: readonly OwnPrice[], builtIn: FindPrice): FindPrice {
  return (wanted) => {
    if (wanted.model.length > MODEL_MAX) return null;
    const found = own.find(
      ({ pattern, validFrom }) => (validFrom === null || validFrom <= wanted.at) && matchesModel(pattern, wanted.model),
    );
    if (!found) return builtIn(wanted);
    return { name: found.pattern, provider: null, list: OWN_PRICE, rates: found.rates };
  };
}
