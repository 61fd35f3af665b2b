import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { observationCreated } from "@/domain/event-source/observation-created/index";
import { compileFilter } from "@/domain/filter/evaluate";
import { createMatcher } from "@/domain/filter/matcher/matcher";
import { quantile, round, table } from "./figures";
import { factsOf, rulesOf, siftOf } from "./match-peers";
import { makeFilter, makeWorkload, seeded } from "./match-workload";

/*
 * Measures how long one observation takes against many triggers: `npm run bench:match`. The index, the plain loop over the
 * same compiled filters (each stops at the first condition that fails), sift and json-rules-engine answer the same, which is
 * asserted first; then each is timed over rounds of whole passes, of which the median counts.
 */

const SEED = Number(process.env.SEED ?? 1);
const COUNTS = [10, 100, 1_000, 10_000];
const LARGEST = 10_000;
const OBSERVATIONS = 400;
/** the rounds of one contender take about this long */
const TIME_MS = Number(process.env.TIME_MS ?? 1_500);
const ROUNDS_MIN = 5;
/** Slow contenders are asked about the first few observations only. */
const eventsOfPeer = { sift: (count: number) => (count < LARGEST ? 50 : 20), "json-rules-engine": (count: number) => (count < LARGEST ? 20 : 3) };
const UPDATES = 1_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const { filters, observations } = makeWorkload(SEED, LARGEST, OBSERVATIONS);
const facts = observations.map((observation) => factsOf(observationCreated.columns, filters, observation));

/** Answers for one observation: the positions of the filters that hold, as numbers or as the ids made of them. */
type Contender = (event: number) => readonly (number | string)[] | Promise<readonly number[]>;

/** Each over the first `count` filters. */
const contenders: Record<"index" | "loop" | "sift" | "rules", (count: number) => Contender> = {
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

const rows: string[][] = [["triggers", "matching", "index", "decisions/s", "plain loop", "sift", "json-rules-engine"]];
const figures = new Map<number, { index: number; loop: number; sift: number; rules: number }>();
for (const count of COUNTS) {
  const matching = await assertEqualAnswers(count);
  // Each is made anew and alone: what the others hold in memory would cost it time.
  const figure = {
    index: await time(contenders.index(count), OBSERVATIONS),
    loop: await time(contenders.loop(count), OBSERVATIONS),
    sift: await time(contenders.sift(count), eventsOfPeer.sift(count)),
    rules: await time(contenders.rules(count), eventsOfPeer["json-rules-engine"](count)),
  };
  figures.set(count, figure);
  const times = (us: number): string => `${round(us)} µs (${round(us / figure.index)}x)`;
  const perSecond = Math.round((count * 1e6) / figure.index).toLocaleString("en");
  rows.push([String(count), round(matching).toString(), `${round(figure.index, 2)} µs`, perSecond, times(figure.loop), times(figure.sift), times(figure.rules)]);
}
const updates = timeUpdates();
const { index: usPerEvent, loop: loopUsPerEvent, sift, rules } = figures.get(LARGEST)!;
const usPerEventAt100 = figures.get(100)!.index;
console.log(table(rows));
console.log(
  `Microseconds an observation, the median of rounds over ${OBSERVATIONS} observations; in brackets how many times the index's.\n` +
    `At ${LARGEST} triggers sift was asked about the first ${eventsOfPeer.sift(LARGEST)} of them, json-rules-engine about the first ${eventsOfPeer["json-rules-engine"](LARGEST)}.\n` +
    `One of ${LARGEST} triggers changed: ${round(quantile(updates, 0.5), 3)} ms (median), ${round(quantile(updates, 0.99), 3)} ms (99 %), ${round(Math.max(...updates), 3)} ms (worst).\n` +
    `${LARGEST} triggers cost ${round(usPerEvent / usPerEventAt100)} times what 100 do.`,
);
console.log(
  JSON.stringify({
    triggers: LARGEST,
    usPerEvent: round(usPerEvent, 2),
    usPerEventAt100: round(usPerEventAt100, 2),
    loopUsPerEvent: round(loopUsPerEvent),
    speedupOverLoop: round(loopUsPerEvent / usPerEvent),
    compileOneMs: round(quantile(updates, 0.99), 3),
    peers: { "json-rules-engine": round(rules), sift: round(sift) },
  }),
);

async function assertEqualAnswers(count: number): Promise<number> {
  const [index, loop, sift, rules] = [contenders.index(count), contenders.loop(count), contenders.sift(count), contenders.rules(count)];
  let matching = 0;
  for (let event = 0; event < OBSERVATIONS; event++) {
    const expected = await loop(event);
    matching += expected.length / OBSERVATIONS;
    assertEqual("the index", event, (await index(event)).map(Number), expected.map(Number));
    if (event < eventsOfPeer.sift(count)) assertEqual("sift", event, (await sift(event)).map(Number), expected.map(Number));
    if (event < eventsOfPeer["json-rules-engine"](count)) assertEqual("json-rules-engine", event, (await rules(event)).map(Number), expected.map(Number));
  }
  return matching;
}

function positions<T>(items: readonly T[], holds: (item: T) => boolean): number[] {
  const found: number[] = [];
  for (let n = 0; n < items.length; n++) if (holds(items[n]!)) found.push(n);
  return found;
}

function assertEqual(name: string, event: number, found: number[], expected: readonly number[]): void {
  const sorted = found.sort((left, right) => left - right);
  if (JSON.stringify(sorted) === JSON.stringify(expected)) return;
  const other = [...sorted.filter((n) => !expected.includes(n)), ...expected.filter((n) => !sorted.includes(n))][0]!;
  throw new Error(`About observation ${event} ${name} and the plain loop disagree over ${JSON.stringify(filters[other])}.`);
}

/** Microseconds an event: the median of the rounds. */
async function time(contender: Contender, events: number): Promise<number> {
  collectGarbage();
  const rounds: number[] = [];
  const until = performance.now() + TIME_MS;
  while (rounds.length < ROUNDS_MIN || performance.now() < until) {
    const from = performance.now();
    for (let event = 0; event < events; event++) {
      const answer = contender(event);
      if (answer instanceof Promise) await answer;
    }
    rounds.push(((performance.now() - from) * 1_000) / events);
  }
  return quantile(rounds, 0.5);
}

/** Milliseconds of each change of one trigger among all. */
function timeUpdates(): number[] {
  const matcher = createMatcher(observationCreated);
  filters.forEach((filter, n) => matcher.set(String(n), filter));
  const random = seeded(SEED + 1);
  return Array.from({ length: UPDATES }, () => {
    const [id, filter] = [String(random.below(LARGEST)), makeFilter(random)];
    const from = performance.now();
    matcher.set(id, filter);
    return performance.now() - from;
  });
}
