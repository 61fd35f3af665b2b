import { observationCreated } from "@/domain/event-source/observation-created/index";
import { compileFilter } from "@/domain/filter/evaluate";
import { createMatcher } from "@/domain/filter/matcher/matcher";
import { factsOf, rulesOf, siftOf } from "./match-peers";
import { makeWorkload } from "./match-workload";

export const SEED = Number(process.env.SEED ?? 1);
export const LARGEST = 10_000;
export const OBSERVATIONS = 400;

export const { filters, observations } = makeWorkload(SEED, LARGEST, OBSERVATIONS);
const facts = observations.map((observation) => factsOf(observationCreated.columns, filters, observation));

/** Answers for one observation: the positions of the filters that hold, as numbers or as the ids made of them. */
export type Contender = (event: number) => readonly (number | string)[] | Promise<readonly number[]>;
export type ContenderName = "index" | "loop" | "sift" | "rules";

/** Each over the first `count` filters. */
export const contenders: Record<ContenderName, (count: number) => Contender> = {
  index(count) {
    const matcher = createMatcher(observationCreated);
    filters.slice(0, count).forEach((filter, n) => matcher.set(String(n), filter));
    return (event) => matcher.match(observations[event]);
  },
  loop(count) {
    const compiled = filters.slice(0, count).map((filter) => compileFilter(observationCreated, filter));
    return (event) => positions(compiled, (filter) => filter.evaluate(observations[event]).matched);
  },
  sift(count) {
    const queries = filters.slice(0, count).map(siftOf);
    return (event) => positions(queries, (query) => query(facts[event]!));
  },
  rules(count) {
    const run = rulesOf(filters.slice(0, count));
    return (event) => run(facts[event]!);
  },
};

/** Of how many observations each is asked: slow ones about the first few only. */
export const eventsOf: Record<ContenderName, (count: number) => number> = {
  index: () => OBSERVATIONS,
  loop: () => OBSERVATIONS,
  sift: (count) => (count < LARGEST ? 50 : 20),
  rules: (count) => (count < LARGEST ? 20 : 3),
};

function positions<T>(items: readonly T[], holds: (item: T) => boolean): number[] {
  const found: number[] = [];
  for (let n = 0; n < items.length; n++) if (holds(items[n]!)) found.push(n);
  return found;
}
