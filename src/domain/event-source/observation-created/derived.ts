import { parseInstant } from "../../filter/parse-instant";
import { LongNumber } from "../../json/long-number";
import { sumDecimals } from "../../json/numeric";
import type { Observation } from "./schema";

// Each function for a number returns the sender's value, else a derived value, else null. Null means unknown, never 0.

/** Returns the latency of an observation in seconds: the sender's value, else the time from its start to its end. */
export function deriveLatency(observation: Observation): Given | null {
  return given(observation.latency) ?? secondsBetween(observation.startTime, observation.endTime);
}

/**
 * Returns the seconds to the first token: the sender's value, else the time from the start to the completion's start.
 */
export function deriveTimeToFirstToken(observation: Observation): Given | null {
  return given(observation.timeToFirstToken) ?? secondsBetween(observation.startTime, observation.completionStartTime);
}

export function deriveInputTokens(observation: Observation): Given | null {
  return (
    firstGiven(observation, ["inputTokens", "inputUsage", "promptTokens"]) ??
    share(usageOf(observation), "input", ["promptTokens", "prompt_tokens"])
  );
}

export function deriveOutputTokens(observation: Observation): Given | null {
  return (
    firstGiven(observation, ["outputTokens", "outputUsage", "completionTokens"]) ??
    share(usageOf(observation), "output", ["completionTokens", "completion_tokens"])
  );
}

export function deriveTotalTokens(observation: Observation): Given | null {
  return (
    firstGiven(observation, ["totalTokens", "totalUsage"]) ??
    total(usageOf(observation), ["total", "totalTokens", "total_tokens"]) ??
    sum([deriveInputTokens(observation), deriveOutputTokens(observation)])
  );
}

/** Returns the sender's tokens per second, else the output tokens for each second of latency. */
export function deriveTokensPerSecond(observation: Observation): Given | null {
  const own = given(observation.tokensPerSecond);
  if (own !== null) return own;
  const [tokens, seconds] = [deriveOutputTokens(observation), deriveLatency(observation)];
  return tokens === null || seconds === null || Number(seconds) <= 0 ? null : given(Number(tokens) / Number(seconds));
}

/** USD. */
export function deriveInputCost(observation: Observation): Given | null {
  return (
    firstGiven(observation, ["inputCost", "calculatedInputCost"]) ?? share(costsOf(observation), "input", ["inputCost"])
  );
}

/** USD. */
export function deriveOutputCost(observation: Observation): Given | null {
  return (
    firstGiven(observation, ["outputCost", "calculatedOutputCost"]) ??
    share(costsOf(observation), "output", ["outputCost"])
  );
}

/** USD. */
export function deriveTotalCost(observation: Observation): Given | null {
  return (
    firstGiven(observation, ["totalCost", "calculatedTotalCost"]) ??
    total(costsOf(observation), ["total", "totalCost"]) ??
    sum([deriveInputCost(observation), deriveOutputCost(observation)])
  );
}

export function isRootObservation(observation: Observation): boolean {
  const own = observation["isRootObservation"];
  return typeof own === "boolean" ? own : !observation.parentObservationId;
}

/**
 * Returns the times, tokens and costs of an observation, given or derived, so that receivers need not compute them.
 * Unknown values are left out.
 */
export function deriveObservationValues(observation: Observation): Record<string, Given> {
  const all = {
    latency: deriveLatency(observation),
    timeToFirstToken: deriveTimeToFirstToken(observation),
    tokensPerSecond: deriveTokensPerSecond(observation),
    inputTokens: deriveInputTokens(observation),
    outputTokens: deriveOutputTokens(observation),
    totalTokens: deriveTotalTokens(observation),
    inputCost: deriveInputCost(observation),
    outputCost: deriveOutputCost(observation),
    totalCost: deriveTotalCost(observation),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, Given] => entry[1] !== null));
}

/** A number, given or derived. A LongNumber has more digits than a JavaScript number keeps. */
type Given = number | LongNumber;
type Numbers = ReadonlyMap<string, Given>;

function usageOf(observation: Observation): Numbers {
  const details = numbersOf(observation.usageDetails);
  // Langfuse's older field `usage` mixes tokens and costs in one object.
  return details.size > 0 ? details : numbersOf(observation["usage"], (name) => !name.endsWith("Cost"));
}

function costsOf(observation: Observation): Numbers {
  const details = numbersOf(observation.costDetails);
  return details.size > 0 ? details : numbersOf(observation["usage"], (name) => name.endsWith("Cost"));
}

function numbersOf(value: unknown, wanted: (name: string) => boolean = () => true): Numbers {
  const found = new Map<string, Given>();
  if (typeof value !== "object" || value === null) return found;
  for (const [name, item] of Object.entries(value)) {
    const number = given(item);
    if (number !== null && wanted(name)) found.set(name, number);
  }
  return found;
}

/**
 * Sums the numbers whose names contain `part` (`input` or `output`), in upper or lower case, as Langfuse does. So
 * cached, reasoning and audio parts are included (input_cached_tokens, cache_read_input_tokens, inputAudio …). Without
 * such a name, the first of `otherNames` with a number counts.
 */
function share(numbers: Numbers, part: string, otherNames: string[]): Given | null {
  const matching = [...numbers].filter(([name]) => name.toLowerCase().includes(part)).map(([, value]) => value);
  return matching.length > 0 ? sum(matching) : byName(numbers, otherNames);
}

/** Returns the total that the sender gave, else the sum of all parts. */
function total(numbers: Numbers, names: string[]): Given | null {
  return byName(numbers, names) ?? sum([...numbers.values()]);
}

function byName(numbers: Numbers, names: string[]): Given | null {
  for (const name of names) {
    const value = numbers.get(name);
    if (value !== undefined) return value;
  }
  return null;
}

function firstGiven(observation: Observation, names: string[]): Given | null {
  for (const name of names) {
    const value = given(observation[name]);
    if (value !== null) return value;
  }
  return null;
}

function given(value: unknown): Given | null {
  const isNumber = typeof value === "number" || value instanceof LongNumber;
  return isNumber && Number.isFinite(Number(value)) ? value : null;
}

/**
 * Adds numbers. Returns null without any number, and for a sum beyond the range of a number. A single number stays as
 * the sender gave it.
 */
function sum(values: (Given | null)[]): Given | null {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return known[0] ?? null;
  return given(sumDecimals(known));
}

/**
 * Returns the seconds between two times. Null if a time is missing, or if the end is before the start, because clocks
 * may disagree.
 */
function secondsBetween(from: unknown, to: unknown): number | null {
  const [start, end] = [parseInstant(from), parseInstant(to)];
  return start === null || end === null || end < start ? null : (end - start) / 1000;
}
