import { isJsonObject } from "../../json/json-kinds";
import type { LongNumber } from "../../json/long-number";
import { sumDecimals } from "../../json/numeric";
import type { SpanReader } from "./span-reader";
import { readNumber, parseAnyJson } from "./read-values";

type Amount = number | LongNumber;

/** Attributes that hold the whole cost of a span, the best first. */
const totals = [
  "gen_ai.usage.cost",
  "operation.cost",
  "langwatch.span.cost",
  "gen_ai.cost.total",
  // The next two are LiteLLM's.
  "gen_ai.cost.total_cost",
  "litellm.cost.total",
  "gen_ai.usage.total_cost",
];
const openInference = "llm.cost.";

/**
 * Returns the costs in USD by kind that the sender gave; null if it gave none. If the span repeats the sums of its
 * children, only `langfuse.observation.cost_details` counts.
 */
export function readSpanCost(reader: SpanReader): Record<string, Amount> | null {
  const given = readCostAmounts(parseAnyJson(reader.get("langfuse.observation.cost_details")));
  if (given) return given;
  if (reader.isAggregate) return null;
  const [first, ...others] = totals;
  return totalOf(reader, [first!]) ?? openInferenceCost(reader) ?? totalOf(reader, others);
}

/** Returns costs by kind: numbers from 0 up, and texts of such numbers. Null without any. */
export function readCostAmounts(value: unknown): Record<string, Amount> | null {
  if (!isJsonObject(value)) return null;
  const amounts = Object.entries(value).map(([name, item]) => [name, amount(item)] as const);
  const known = amounts.filter((entry): entry is [string, Amount] => entry[1] !== null);
  return known.length > 0 ? Object.fromEntries(known) : null;
}

function totalOf(reader: SpanReader, names: readonly string[]): Record<string, Amount> | null {
  const total = names.map((name) => amount(reader.get(name))).find((value) => value !== null);
  return total === undefined || total === null ? null : { total };
}

/** Reads `llm.cost.prompt`, `.completion`, `.total` and their details. */
function openInferenceCost(reader: SpanReader): Record<string, Amount> | null {
  const told = readCostAmounts(Object.fromEntries(reader.under(openInference)));
  if (!told) return null;
  const { prompt, completion, total, ...others } = told;
  // Without a total, the sum stands for it. Details are parts of prompt and completion, so they count only if both are
  // missing.
  const parts = [prompt, completion].filter((value) => value !== undefined);
  const sum = total ?? (parts.length > 0 ? sumDecimals(parts) : sumDecimals(Object.values(others)));
  return {
    ...(prompt === undefined ? {} : { input: prompt }),
    ...(completion === undefined ? {} : { output: completion }),
    ...others,
    ...(amount(sum) === null ? {} : { total: sum }),
  };
}

function amount(value: unknown): Amount | null {
  const number = readNumber(value);
  return number === null || Number(number) < 0 ? null : number;
}
