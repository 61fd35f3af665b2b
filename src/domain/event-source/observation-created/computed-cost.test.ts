import { describe, expect, test } from "vitest";
import { compileFilter } from "../../filter/compile-filter";
import { makePriceFinder, OwnPriceInput, type FindPrice, type ModelPrice } from "../../model-prices/model-price";
import type { TokenRates } from "../../model-prices/rates";
import { describeComputedCost, computeObservationCost } from "./computed-cost";
import { deriveTotalCost, deriveInputCost } from "./derived";
import { observationCreatedSource } from "./index";
import { ObservationCreated } from "./schema";

const receivedAt = new Date("2026-11-29T12:00:00Z");
const rates: TokenRates = {
  input: 2.5,
  output: 10,
  input_cached_tokens: 1.25,
  input_cache_creation: 3,
  input_cache_creation_1h: 6,
};
const listed: ModelPrice = { name: "gpt-4o", provider: "openai", list: "a list 1.0", rates };
const findListed: FindPrice = ({ model }) => (model === "gpt-4o" ? listed : null);

function price(observation: Record<string, unknown>, find: FindPrice = findListed) {
  const payload = ObservationCreated.parse({ observation: { id: "o", model: "gpt-4o", ...observation } });
  return computeObservationCost(payload, find, receivedAt);
}

describe("a cost that was not sent", () => {
  test.each([
    ["input and output", { input: 1_000, output: 500 }, 0.0075],
    ["cached tokens have their own rate", { input: 20, input_cached_tokens: 80, output: 0 }, 0.00015],
    ["names of Anthropic", { input: 20, cache_read_input_tokens: 80, cache_creation_input_tokens: 10 }, 0.00018],
    ["an hour of cache has its own rate", { input_cache_creation_1h: 1_000_000 }, 6],
    [
      "kinds without a rate take that of input or output",
      { input_audio_tokens: 2, output_reasoning_tokens: 3 },
      0.000035,
    ],
    ["the total is not counted again", { input: 1_000, output: 500, total: 1_500 }, 0.0075],
    ["names of OpenAI", { prompt_tokens: 1_000, completion_tokens: 500, total_tokens: 1_500 }, 0.0075],
    ["no tokens cost nothing", { input: 0, output: 0 }, 0],
  ])("is computed: %s", (_what, usageDetails, expected) => {
    expect(deriveTotalCost(price({ usageDetails }).observation)).toBe(expected);
  });

  test("is exact to 12 places, so that a threshold of one cent holds", () => {
    const { observation } = price({ usageDetails: { input: 3_999, output: 0.25 } });
    expect(deriveTotalCost(observation)).toBe(0.01);
    expect(deriveInputCost(price({ usageDetails: { input: 7, input_cached_tokens: 3 } }).observation)).toBe(0.00002125);
  });

  test("comes from given totals where there are no details", () => {
    expect(deriveTotalCost(price({ inputTokens: 1_000, outputTokens: 500 }).observation)).toBe(0.0075);
    expect(deriveTotalCost(price({ usage: { promptTokens: 1_000, completionTokens: 500 } }).observation)).toBe(0.0075);
  });

  test.each([
    ["the model is unknown", { model: "my-model", usageDetails: { input: 5 } }],
    ["the observation has no model", { model: null, usageDetails: { input: 5 } }],
    ["the usage is unknown", {}],
    ["only a total is known", { usageDetails: { total: 9 } }],
  ])("stays unknown where %s", (_what, observation) => {
    const payload = price(observation);
    expect(deriveTotalCost(payload.observation)).toBeNull();
    expect(payload.observation).not.toHaveProperty("computedCost");
  });

  test("53: is marked with the price, and its total and kinds are its details", () => {
    const { observation } = price({ usageDetails: { input: 1_000, output: 500 } });
    expect(observation.costDetails).toEqual({ input: 0.0025, output: 0.005, total: 0.0075 });
    expect(observation["computedCost"]).toEqual({
      model: "gpt-4o",
      provider: "openai",
      list: "a list 1.0",
      rates: { input: 2.5, output: 10 },
    });
  });

  test("is computed anew from later usage, and gives way to a cost that is sent", () => {
    const first = price({ usageDetails: { input: 1_000 } });
    const grown = { ...first.observation, usageDetails: { input: 2_000 } };
    expect(deriveTotalCost(price(grown).observation)).toBe(0.005);
    expect(price({ ...first.observation, model: "my-model" }).observation).not.toHaveProperty("costDetails");
    const sent = price({ usageDetails: { input: 1_000 }, costDetails: { total: 0 } });
    expect(sent.observation.costDetails).toEqual({ total: 0 });
    expect(describeComputedCost(sent)).toBeNull();
  });

  test("takes the tier that the input tokens reach", () => {
    const tiered: FindPrice = () => ({
      ...listed,
      rates: { input: { base: 1, tiers: [{ above: 200_000, rate: 2 }] }, output: { base: 5, tiers: [] } },
    });
    expect(deriveTotalCost(price({ usageDetails: { input: 200_000 } }, tiered).observation)).toBe(0.2);
    expect(
      deriveTotalCost(price({ usageDetails: { input: 150_000, input_cached_tokens: 60_000 } }, tiered).observation),
    ).toBe(0.42);
  });
});

test("a filter's explanation and a webhook say that the cost was computed", () => {
  const payload = price({ usageDetails: { input: 1_000, output: 2_000 }, level: "ERROR" });
  const filter = compileFilter(observationCreatedSource, {
    type: "group",
    match: "all",
    children: [{ type: "condition", column: "totalCost", operator: ">", value: 0.01 }],
  });
  expect(filter.explain(payload).conditions[0]!.reason).toBe(
    "totalCost > 0.01 passed: saw 0.0225, computed from the price of gpt-4o (input 2.5, output 10 USD a " +
      "million tokens; a list 1.0)",
  );
  expect(observationCreatedSource.actionInput(payload, "standard")).toMatchObject({
    totalCost: 0.0225,
    computedCost: { model: "gpt-4o", list: "a list 1.0" },
  });
});

test("a field of the sender with the name of the mark explains nothing", () => {
  const sent = { id: "o", totalCost: 1, computedCost: { list: "a list 1.0" } };
  const payload = observationCreatedSource.payload.parse({ observation: sent });
  expect(describeComputedCost(payload)).toBeNull();
});

describe("a price of the project's own", () => {
  const own = (pattern: string, validFrom: Date | null = null) => ({ pattern, rates: { input: 1 }, validFrom });
  const wanted = { model: "gpt-4o", provider: null, at: receivedAt };

  test("matches the whole name in upper or lower case, and comes before the list", () => {
    expect(makePriceFinder([own("GPT-4o")], findListed)(wanted)).toMatchObject({ list: "own price", name: "GPT-4o" });
    expect(makePriceFinder([own("gpt-.*")], findListed)(wanted)).toMatchObject({ list: "own price" });
    expect(makePriceFinder([own("gpt-4")], findListed)(wanted)).toBe(listed);
  });

  test("counts only for observations that start when it is valid", () => {
    const from = (day: string) => makePriceFinder([own("gpt-4o", new Date(day))], findListed)(wanted);
    expect(from("2026-11-29")).toMatchObject({ list: "own price" });
    expect(from("2026-11-30")).toBe(listed);
  });

  test.each([
    ["no pattern", { pattern: " ", rates: { input: 1 } }],
    ["a pattern that does not compile", { pattern: "gpt-(", rates: { input: 1 } }],
    ["no rate", { pattern: "gpt-4o", rates: {} }],
    ["a negative rate", { pattern: "gpt-4o", rates: { input: -1 } }],
    ["a kind of token that has no rate", { pattern: "gpt-4o", rates: { total: 1 } }],
  ])("is refused with %s", (_what, input) => {
    expect(OwnPriceInput.safeParse(input).success).toBe(false);
  });
});
