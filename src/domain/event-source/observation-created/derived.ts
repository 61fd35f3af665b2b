import { parseInstant } from "../../filter/instant";
import type { Observation } from "./schema";

// Each value is the given one where the observation carries it, else derived, else null. Null means unknown, never 0.

/** Seconds from start to end. */
export function latency(observation: Observation): number | null {
  return given(observation.latency) ?? secondsBetween(observation.startTime, observation.endTime);
}

/** Seconds from start to the first token of the completion. */
export function timeToFirstToken(observation: Observation): number | null {
  return given(observation.timeToFirstToken) ?? secondsBetween(observation.startTime, observation.completionStartTime);
}

export function inputTokens(observation: Observation): number | null {
  return (
    firstGiven(observation, ["inputTokens", "inputUsage", "promptTokens"]) ??
    share(usageOf(observation), "input", ["promptTokens", "prompt_tokens"])
  );
}

export function outputTokens(observation: Observation): number | null {
  return (
    firstGiven(observation, ["outputTokens", "outputUsage", "completionTokens"]) ??
    share(usageOf(observation), "output", ["completionTokens", "completion_tokens"])
  );
}

export function totalTokens(observation: Observation): number | null {
  return (
    firstGiven(observation, ["totalTokens", "totalUsage"]) ??
    total(usageOf(observation), ["total", "totalTokens", "total_tokens"]) ??
    sum([inputTokens(observation), outputTokens(observation)])
  );
}

/** Output tokens a second of latency. */
export function tokensPerSecond(observation: Observation): number | null {
  const own = given(observation.tokensPerSecond);
  if (own !== null) return own;
  const [tokens, seconds] = [outputTokens(observation), latency(observation)];
  return tokens === null || seconds === null || seconds <= 0 ? null : given(tokens / seconds);
}

/** USD. */
export function inputCost(observation: Observation): number | null {
  return (
    firstGiven(observation, ["inputCost", "calculatedInputCost"]) ?? share(costsOf(observation), "input", ["inputCost"])
  );
}

/** USD. */
export function outputCost(observation: Observation): number | null {
  return (
    firstGiven(observation, ["outputCost", "calculatedOutputCost"]) ??
    share(costsOf(observation), "output", ["outputCost"])
  );
}

/** USD. */
export function totalCost(observation: Observation): number | null {
  return (
    firstGiven(observation, ["totalCost", "calculatedTotalCost"]) ??
    total(costsOf(observation), ["total", "totalCost"]) ??
    sum([inputCost(observation), outputCost(observation)])
  );
}

export function isRootObservation(observation: Observation): boolean {
  const own = observation["isRootObservation"];
  return typeof own === "boolean" ? own : !observation.parentObservationId;
}

/** The derived values a receiver would have to compute for itself; those that are unknown are left out. */
export function derivedValues(observation: Observation): Record<string, number> {
  const all = {
    latency: latency(observation),
    timeToFirstToken: timeToFirstToken(observation),
    tokensPerSecond: tokensPerSecond(observation),
    inputTokens: inputTokens(observation),
    outputTokens: outputTokens(observation),
    totalTokens: totalTokens(observation),
    inputCost: inputCost(observation),
    outputCost: outputCost(observation),
    totalCost: totalCost(observation),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, number] => entry[1] !== null));
}

type Numbers = ReadonlyMap<string, number>;

function usageOf(observation: Observation): Numbers {
  const details = numbersOf(observation.usageDetails);
  // Langfuse's older `usage` mixes tokens and costs in one object.
  return details.size > 0 ? details : numbersOf(observation["usage"], (name) => !name.endsWith("Cost"));
}

function costsOf(observation: Observation): Numbers {
  const details = numbersOf(observation.costDetails);
  return details.size > 0 ? details : numbersOf(observation["usage"], (name) => name.endsWith("Cost"));
}

function numbersOf(value: unknown, wanted: (name: string) => boolean = () => true): Numbers {
  const found = new Map<string, number>();
  if (typeof value !== "object" || value === null) return found;
  for (const [name, item] of Object.entries(value)) {
    if (typeof item === "number" && Number.isFinite(item) && wanted(name)) found.set(name, item);
  }
  return found;
}

/** As Langfuse does: every name that starts with `input` (input, input_cached_tokens …) counts as input. */
function share(numbers: Numbers, prefix: string, otherNames: string[]): number | null {
  const matching = [...numbers].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value);
  return matching.length > 0 ? sum(matching) : byName(numbers, otherNames);
}

/** The total as given, else the sum of all parts. */
function total(numbers: Numbers, names: string[]): number | null {
  return byName(numbers, names) ?? sum([...numbers.values()]);
}

function byName(numbers: Numbers, names: string[]): number | null {
  for (const name of names) {
    const value = numbers.get(name);
    if (value !== undefined) return value;
  }
  return null;
}

function firstGiven(observation: Observation, names: string[]): number | null {
  for (const name of names) {
    const value = given(observation[name]);
    if (value !== null) return value;
  }
  return null;
}

function given(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function sum(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : given(known.reduce((left, right) => left + right, 0));
}

/** Null where a time is missing, or the clocks disagree about which came first. */
function secondsBetween(from: unknown, to: unknown): number | null {
  const [start, end] = [parseInstant(from), parseInstant(to)];
  return start === null || end === null || end < start ? null : (end - start) / 1000;
}
