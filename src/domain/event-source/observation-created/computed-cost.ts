import type { FindPrice, ModelPrice } from "../../model-prices/model-price";
import {
  chooseRateForInputTokens,
  listRateNamesOfTokenKind,
  type RateName,
  type TokenRates,
} from "../../model-prices/rates";
import { isJsonObject } from "../../json/json-kinds";
import { sumDecimals } from "../../json/numeric";
import { deriveInputTokens, deriveOutputTokens, deriveTotalCost } from "./derived";
import type { Observation, ObservationCreated } from "./schema";

/** The price from which this program computed an observation's costDetails. */
type ComputedCost = {
  /** the model as the price list names it, or the pattern of the project's own price */
  model: string;
  provider: string | null;
  /** `own price`, or the package, version and date of the built-in price list */
  list: string;
  /** USD for a million tokens, by kind of token */
  rates: Partial<Record<RateName, number>>;
};

/** Returns the record of a computed cost; null if the sender gave the cost, or if the observation has no cost. */
function computedCostOf(observation: Observation): ComputedCost | null {
  const mark = observation["computedCost"];
  const isMark = isJsonObject(mark) && typeof mark["list"] === "string" && isJsonObject(mark["rates"]);
  return isMark ? (mark as ComputedCost) : null;
}

/** Removes a computed cost, so that only the sender's own fields remain. */
export function removeComputedCost(observation: Observation): Observation {
  if (!computedCostOf(observation)) return observation;
  const { computedCost: _mark, costDetails: _computed, ...told } = observation;
  return told as Observation;
}

/**
 * Computes the cost of an observation from its usage and the price of its model. A cost that the sender gave stays; a
 * cost that this program computed earlier is computed again. Without a model, usage or a known price, the observation
 * has no cost.
 */
export function computeObservationCost(
  payload: ObservationCreated,
  findPrice: FindPrice,
  receivedAt: Date,
): ObservationCreated {
  const told = removeComputedCost(payload.observation);
  const cost =
    deriveTotalCost(told) === null && told.model ? compute(told, { model: told.model, findPrice, receivedAt }) : null;
  if (cost) return { ...payload, observation: { ...told, ...cost } };
  return told === payload.observation ? payload : { ...payload, observation: told };
}

function compute(
  observation: Observation,
  { model, findPrice, receivedAt }: { model: string; findPrice: FindPrice; receivedAt: Date },
) {
  const usage = usageOf(observation);
  if (usage.length === 0) return null;
  const at = observation.startTime ? new Date(observation.startTime) : receivedAt;
  const price = findPrice({ model, provider: providerOf(observation), at });
  if (!price) return null;
  const { costs, rates } = costsOf(usage, price.rates);
  if (costs.length === 0) return null;
  const costDetails = { ...Object.fromEntries(costs), total: sumDecimals(costs.map(([, cost]) => cost)) };
  return { costDetails, computedCost: markOf(price, rates) };
}

const markOf = ({ name, provider, list }: ModelPrice, rates: ComputedCost["rates"]): ComputedCost => ({
  ...{ model: name, provider, list, rates },
});

/**
 * Returns the token counts of an observation by kind. Kinds are taken as disjoint: `input` does not include cached
 * tokens. Without a kind that price lists know, the whole input and the whole output count.
 */
function usageOf(observation: Observation): [string, number][] {
  const kinds = Object.entries(observation.usageDetails ?? {})
    .map(([kind, count]): [string, number] => [kind, isCount(count) ? Number(count) : Number.NaN])
    .filter(([kind, count]) => count >= 0 && listRateNamesOfTokenKind(kind).length > 0);
  if (kinds.length > 0) return kinds;
  const whole: [string, unknown][] = [
    ["input", deriveInputTokens(observation)],
    ["output", deriveOutputTokens(observation)],
  ];
  return whole.filter(([, count]) => isCount(count)).map(([kind, count]) => [kind, Number(count)]);
}

const isCount = (value: unknown): boolean =>
  value !== null && value !== undefined && typeof value !== "string" && Number.isFinite(Number(value));

function costsOf(usage: readonly [string, number][], rates: TokenRates) {
  const isInput = ([kind]: readonly [string, number]): boolean => listRateNamesOfTokenKind(kind).includes("input");
  const allInput = usage.filter(isInput).reduce((sum, [, count]) => sum + count, 0);
  const used: ComputedCost["rates"] = {};
  const costs = usage.flatMap(([kind, count]): [string, number][] => {
    const name = listRateNamesOfTokenKind(kind).find((one) => rates[one] !== undefined);
    if (name === undefined) return [];
    const rate = chooseRateForInputTokens(rates[name]!, allInput);
    used[name] = rate;
    // A double keeps some 16 digits of the product; `sumDecimals` rounds it to 12 places.
    return [[kind, sumDecimals([(count * rate) / 1_000_000])]];
  });
  return { costs, rates: used };
}

/** Finds the provider in the metadata, where frameworks write it. */
function providerOf({ metadata }: Observation): string | null {
  const provider =
    typeof metadata === "object" && metadata !== null ? (metadata as { provider?: unknown }).provider : null;
  return typeof provider === "string" ? provider : null;
}

/**
 * Says in a few words how the program computed the cost, for the explanation of a filter. Null if the sender gave the
 * cost.
 */
export function describeComputedCost({ observation }: ObservationCreated): string | null {
  const cost = computedCostOf(observation);
  if (!cost) return null;
  const rates = Object.entries(cost.rates).map(([name, rate]) => `${name.replace(/_tokens$/, "")} ${rate}`);
  return `computed from the price of ${cost.model} (${rates.join(", ")} USD a million tokens; ${cost.list})`;
}
