import { fork } from "node:child_process";
import { once } from "node:events";
import { observationCreated } from "@/domain/event-source/observation-created/index";
import { createMatcher } from "@/domain/filter/matcher/matcher";
import { quantile, round, table } from "./figures";
import { contenders, eventsOf, filters, LARGEST, OBSERVATIONS, SEED, type ContenderName } from "./match-contenders";
import { makeFilter, seeded } from "./match-workload";

/*
 * Measures how long one observation takes against many triggers: `npm run bench:match`. The index, the plain loop over the
 * same compiled filters (each stops at the first condition that fails), sift and json-rules-engine answer the same, which is
 * asserted first; then each is timed, one after the other, each in a process of its own.
 */

const COUNTS = [10, 100, 1_000, 10_000];
const UPDATES = 1_000;

const rows: string[][] = [["triggers", "matching", "index", "decisions/s", "plain loop", "sift", "json-rules-engine"]];
const figures = new Map<number, { index: number; loop: number; sift: number; rules: number }>();
for (const count of COUNTS) {
  const matching = await assertEqualAnswers(count);
  const figure = {
    index: await time("index", count),
    loop: await time("loop", count),
    sift: await time("sift", count),
    rules: await time("rules", count),
  };
  figures.set(count, figure);
  const times = (us: number): string => `${round(us)} µs (${round(us / figure.index)}x)`;
  const perSecond = Math.round((count * 1e6) / figure.index).toLocaleString("en");
  rows.push([
    String(count),
    round(matching).toString(),
    `${round(figure.index, 2)} µs`,
    perSecond,
    times(figure.loop),
    times(figure.sift),
    times(figure.rules),
  ]);
}
const updates = timeUpdates();
const { index: usPerEvent, loop: loopUsPerEvent, sift, rules } = figures.get(LARGEST)!;
const usPerEventAt100 = figures.get(100)!.index;
console.log(table(rows));
console.log(
  `Microseconds an observation, the median of rounds over ${OBSERVATIONS} observations; in brackets how many times the index's.\n` +
    `At ${LARGEST} triggers sift was asked about the first ${eventsOf.sift(LARGEST)} of them, json-rules-engine about the first ${eventsOf.rules(LARGEST)}.\n` +
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
  const [index, loop, sift, rules] = [
    contenders.index(count),
    contenders.loop(count),
    contenders.sift(count),
    contenders.rules(count),
  ];
  let matching = 0;
  for (let event = 0; event < OBSERVATIONS; event++) {
    const expected = await loop(event);
    matching += expected.length / OBSERVATIONS;
    assertEqual("the index", event, (await index(event)).map(Number), expected.map(Number));
    if (event < eventsOf.sift(count)) assertEqual("sift", event, (await sift(event)).map(Number), expected.map(Number));
    if (event < eventsOf.rules(count))
      assertEqual("json-rules-engine", event, (await rules(event)).map(Number), expected.map(Number));
  }
  return matching;
}

function assertEqual(name: string, event: number, found: number[], expected: readonly number[]): void {
  const sorted = found.sort((left, right) => left - right);
  if (JSON.stringify(sorted) === JSON.stringify(expected)) return;
  const other = [...sorted.filter((n) => !expected.includes(n)), ...expected.filter((n) => !sorted.includes(n))][0]!;
  throw new Error(
    `About observation ${event} ${name} and the plain loop disagree over ${JSON.stringify(filters[other])}.`,
  );
}

/** Microseconds an event. */
async function time(name: ContenderName, count: number): Promise<number> {
  const child = fork(new URL("./match-child.ts", import.meta.url), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, CONTENDER: name, COUNT: String(count) },
  });
  const ended = once(child, "exit");
  const [us] = (await once(child, "message")) as [number];
  await ended;
  return us;
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
