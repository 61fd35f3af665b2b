import { observationCreatedSource } from "@/domain/event-source/observation-created/index";
import { createTriggerMatcher } from "@/domain/filter/matcher/matcher";
import type { Filter } from "@/domain/filter/schema";
import { makeLoopMatcher } from "./match-loop";
import { makeColumnValuesReader, makeJsonRulesEngineMatcher, makeSiftMatcher, type ColumnValues } from "./match-peers";
import { makeMatchWorkload } from "./match-workload";

export const WORKLOAD_SEED = Number(process.env.SEED ?? 1);
export const WORKLOAD_OBSERVATION_COUNT = 400;

/** Matches one observation. Returns the filters that match, by position or id. */
export type MatchContender = (event: number) => readonly (number | string)[] | Promise<readonly number[]>;
export type MatchContenderName = "index" | "loop" | "sift" | "rules";

/** Makes an implementation of matching for the first `count` filters. */
export function makeMatchContender(name: MatchContenderName, count: number): MatchContender {
  const { filters, observations } = makeMatchWorkload(WORKLOAD_SEED, count, WORKLOAD_OBSERVATION_COUNT);
  switch (name) {
    case "index": {
      const matcher = createTriggerMatcher(observationCreatedSource);
      filters.forEach((filter, n) => matcher.set(String(n), filter));
      return (event) => matcher.match(observations[event]);
    }
    case "loop": {
      const run = makeLoopMatcher(observationCreatedSource, filters);
      return (event) => run(observations[event]);
    }
    case "sift": {
      const queries = filters.map(makeSiftMatcher);
      const facts = factsOf(filters, observations.slice(0, chooseObservationCountForContender(name, count)));
      return (event) => positions(queries, (query) => query(facts[event]!));
    }
    case "rules": {
      const run = makeJsonRulesEngineMatcher(filters);
      const facts = factsOf(filters, observations.slice(0, chooseObservationCountForContender(name, count)));
      return (event) => run(facts[event]!);
    }
    default:
      return name satisfies never;
  }
}

/**
 * Returns how many observations an implementation is timed with. Slow ones get only the first few. 0 means that it is
 * not timed.
 */
export function chooseObservationCountForContender(name: MatchContenderName, count: number): number {
  if (name === "sift") return count < 10_000 ? 50 : count < 100_000 ? 20 : 5;
  // With 10,000 rules json-rules-engine takes a quarter of a second for one event.
  if (name === "rules") return count < 10_000 ? 20 : count < 100_000 ? 3 : 0;
  return WORKLOAD_OBSERVATION_COUNT;
}

function factsOf(
  filters: readonly Filter[],
  observations: ReturnType<typeof makeMatchWorkload>["observations"],
): ColumnValues[] {
  return observations.map(makeColumnValuesReader(observationCreatedSource.columns, filters));
}

function positions<T>(items: readonly T[], holds: (item: T) => boolean): number[] {
  const found: number[] = [];
  for (let n = 0; n < items.length; n++) if (holds(items[n]!)) found.push(n);
  return found;
}
