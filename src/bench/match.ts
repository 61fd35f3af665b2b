import { fork } from "node:child_process";
import { once } from "node:events";
import { observationCreatedSource } from "@/domain/event-source/observation-created/index";
import { createTriggerMatcher } from "@/domain/filter/matcher/matcher";
import { createRandom } from "@/test/random";
import { computeQuantile, roundToDigits, formatTable } from "./figures";
import {
  chooseObservationCountForContender,
  makeMatchContender,
  WORKLOAD_OBSERVATION_COUNT,
  WORKLOAD_SEED,
  type MatchContenderName,
} from "./match-contenders";
import { makeRandomFilter, makeMatchWorkload } from "./match-workload";

/*
 * Measures how long it takes to match one observation with many triggers: `npm run bench:match`. It compares the
 * program's index with a fast plain loop (match-loop.ts), sift and json-rules-engine. It first asserts that all find
 * the same triggers. Then it times each in a separate process.
 */

const COUNTS = [10, 100, 1_000, 10_000, 100_000] as const;
const PEERS = ["loop", "sift", "rules"] as const;
/**
 * The number of triggers at which the bench times changes of one trigger. The bench's last line compares the
 * implementations at this number.
 */
const MANY = 10_000;
const UPDATES = 1_000;

type Figure = Record<MatchContenderName, number | null>;

const rows: string[][] = [["triggers", "matching", "index", "decisions/s", "good loop", "sift", "json-rules-engine"]];
const figures = new Map<number, Figure>();
for (const count of COUNTS) {
  const matching = await assertEqualAnswers(count);
  const figure: Figure = { index: null, loop: null, sift: null, rules: null };
  for (const name of ["index", ...PEERS] as const)
    if (chooseObservationCountForContender(name, count) > 0) figure[name] = await time(name, count);
  figures.set(count, figure);
  const perSecond = Math.round((count * 1e6) / figure.index!).toLocaleString("en");
  const times = (us: number | null): string =>
    us === null ? "–" : `${roundToDigits(us)} µs (${roundToDigits(us / figure.index!)}x)`;
  const ofPeers = PEERS.map((name) => times(figure[name]));
  rows.push([
    String(count),
    roundToDigits(matching).toString(),
    `${roundToDigits(figure.index!, 2)} µs`,
    perSecond,
    ...ofPeers,
  ]);
}
const updates = timeUpdates();
const [few, many, most] = [100, MANY, 100_000].map((count) => figures.get(count)!) as [Figure, Figure, Figure];
const manyToFew = many.index! / few.index!;
const mostToMany = most.index! / many.index!;
console.log(formatTable(rows));
console.log(
  `Microseconds an observation, the median of rounds over ${WORKLOAD_OBSERVATION_COUNT} observations; ` +
    "in brackets how many times the index's.\n" +
    `At ${MANY} triggers sift was asked about the first ${chooseObservationCountForContender("sift", MANY)} of them, ` +
    `json-rules-engine about the first ${chooseObservationCountForContender("rules", MANY)}.\n` +
    `One of ${MANY} triggers changed: ${roundToDigits(computeQuantile(updates, 0.5), 3)} ms (median), ` +
    `${roundToDigits(computeQuantile(updates, 0.99), 3)} ms (99 %), ` +
    `${roundToDigits(Math.max(...updates), 3)} ms (worst).\n` +
    `10,000 triggers cost ${roundToDigits(manyToFew)} times what 100 do (goal: 5), ` +
    `and 100,000 ${roundToDigits(mostToMany)} times what 10,000 do (goal: 10).\n` +
    `At 10,000 triggers the good loop takes ${roundToDigits(many.loop! / many.index!)} times ` +
    "as long as the index (goal: 20).",
);
console.log(
  JSON.stringify({
    triggers: MANY,
    usPerEvent: roundToDigits(many.index!, 2),
    usPerEventAt100: roundToDigits(few.index!, 2),
    usPerEventAt100000: roundToDigits(most.index!, 2),
    times100: roundToDigits(manyToFew, 2),
    times10000: roundToDigits(mostToMany, 2),
    loopUsPerEvent: roundToDigits(many.loop!),
    speedupOverLoop: roundToDigits(many.loop! / many.index!),
    speedupOverLoopAt100000: roundToDigits(most.loop! / most.index!),
    compileOneMs: roundToDigits(computeQuantile(updates, 0.99), 3),
    peers: { "json-rules-engine": roundToDigits(many.rules!), sift: roundToDigits(many.sift!) },
  }),
);

/** Asserts that all implementations find the same filters. Returns the average number of matching filters. */
async function assertEqualAnswers(count: number): Promise<number> {
  const expected: number[][] = [];
  const loop = makeMatchContender("loop", count);
  for (let event = 0; event < WORKLOAD_OBSERVATION_COUNT; event++) expected.push([...(await loop(event))].map(Number));
  for (const name of ["index", "sift", "rules"] as const) {
    const events = chooseObservationCountForContender(name, count);
    if (events === 0) continue;
    const contender = makeMatchContender(name, count);
    for (let event = 0; event < events; event++)
      assertEqual({ name, count, event }, (await contender(event)).map(Number), expected[event]!);
  }
  return expected.flat().length / WORKLOAD_OBSERVATION_COUNT;
}

function assertEqual(
  { name, count, event }: { name: string; count: number; event: number },
  found: number[],
  expected: readonly number[],
): void {
  const sorted = found.sort((left, right) => left - right);
  if (JSON.stringify(sorted) === JSON.stringify(expected)) return;
  const other = [...sorted.filter((n) => !expected.includes(n)), ...expected.filter((n) => !sorted.includes(n))][0]!;
  const filter = makeMatchWorkload(WORKLOAD_SEED, count, 0).filters[other];
  throw new Error(`About observation ${event} ${name} and the loop disagree over ${JSON.stringify(filter)}.`);
}

/** Times one implementation, in microseconds for each event. */
async function time(name: MatchContenderName, count: number): Promise<number> {
  const child = fork(new URL("./match-child.ts", import.meta.url), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, CONTENDER: name, COUNT: String(count) },
  });
  const ended = once(child, "exit");
  const [us] = (await once(child, "message")) as [number];
  await ended;
  return us;
}

/** Times the change of one of many triggers, again and again, in ms each. */
function timeUpdates(): number[] {
  const matcher = createTriggerMatcher(observationCreatedSource);
  makeMatchWorkload(WORKLOAD_SEED, MANY, 0).filters.forEach((filter, n) => matcher.set(String(n), filter));
  const random = createRandom(WORKLOAD_SEED + 2);
  return Array.from({ length: UPDATES }, () => {
    const [id, filter] = [String(random.below(MANY)), makeRandomFilter(random)];
    const from = performance.now();
    matcher.set(id, filter);
    return performance.now() - from;
  });
}
