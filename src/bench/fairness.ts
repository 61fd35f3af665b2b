import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { applyMigrations } from "@/server/db/migrate";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { makeBenchObservation, startBenchApp, type BenchProject } from "./deliver-app";
import { startBenchReceiver } from "./deliver-receiver";
import { computeQuantile, roundToDigits, formatTable } from "./figures";
import { sendAndAwaitWebhooks, sendObservations } from "./send-observations";

/*
 * Measures how much slow and failing endpoints delay others: `npm run bench:fairness`. 1. Delayed executions of five
 * projects run alone, and then beside another project. That project has SLOW_WAITING due executions, and its endpoint
 * answers after 14.5 s, just before the timeout. 2. 50 healthy endpoints run alone, and beside a dead and a failing
 * one. Rounds alternate, so that other load of the machine affects both. 3. The healthy endpoints run again while
 * WAITING executions wait for the dead one; memory is measured too.
 */

const HEALTHY = 50;
const EVENTS = Number(process.env.EVENTS ?? 10_000);
const WAITING = Number(process.env.WAITING ?? 100_000);
const ROUNDS = 3;
const WARM_UP = 2_000;
const SLOW = { answerMs: Number(process.env.SLOW_MS ?? 14_500), waiting: Number(process.env.SLOW_WAITING ?? 10_000) };
const DELAYED = { projects: 5, events: 1_000, delaySeconds: 2, giveUpMs: 30_000 };

const postgres = await startThrowawayPostgres({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
const { connectionString } = postgres;
await applyMigrations(connectionString);
const receiver = await startBenchReceiver();
const dead = await serve(() => undefined);
const failing = await serve((_request, response) => response.writeHead(500).end());
const slow = await serve(
  (_request, response) => void wait(SLOW.answerMs, null, { ref: false }).then(() => response.end()),
);
const allowedHosts = [receiver.url, dead.url, failing.url, slow.url].map((url) => new URL(url).host);
const app = await startBenchApp({ connectionString, allowedHosts });

const delayed = await measureDelayed();
const healthy = Array.from({ length: HEALTHY }, (_, n) => ({ name: `healthy-${n}`, url: `${receiver.url}${n}` }));
const project = await app.makeProject([
  ...healthy,
  { name: "dead", url: dead.url },
  { name: "failing", url: failing.url },
]);
await measure("warm", WARM_UP, false);
const alone: number[] = [];
const beside: number[] = [];
for (let n = 0; n < ROUNDS; n++) {
  alone.push(await measure(`alone${n}`, EVENTS, false));
  beside.push(await measure(`beside${n}`, EVENTS, true));
}
const rssMb = await app.rssMb();
let rssPeakMb = rssMb;
let requests = 0;
await sendObservations({
  count: WAITING,
  make: (n) => makeBenchObservation(`waiting-${n}`, "dead"),
  send: project.send,
  async afterRequest() {
    if (++requests % 100 === 0) rssPeakMb = Math.max(rssPeakMb, await app.rssMb());
  },
});
await untilDecided("waiting-%", WAITING);
const whileWaiting = await measure("while", EVENTS, false);
rssPeakMb = Math.max(rssPeakMb, await app.rssMb());
const [aloneMedian, besideMedian] = [computeQuantile(alone, 0.5), computeQuantile(beside, 0.5)];
const lossPercent = 100 * (1 - besideMedian / aloneMedian);
const rates = (values: readonly Delayed[]): string =>
  values.map(({ perSecond }) => roundToDigits(perSecond, 0)).join(" ");
console.log(
  formatTable([
    [
      "delayed executions, quiet",
      `${roundToDigits(delayed.quiet.perSecond)}/s`,
      `${DELAYED.events} of ${DELAYED.projects} projects, ${DELAYED.delaySeconds} s of delay; ` +
        `from due to receipt p50 ${roundToDigits(delayed.quiet.p50)} ms, p99 ${roundToDigits(delayed.quiet.p99)} ms; ` +
        `rounds: ${rates(delayed.quietRounds)}`,
    ],
    [
      "beside a slow endpoint",
      `${roundToDigits(delayed.beside.perSecond)}/s`,
      `another project's endpoint answers in ${SLOW.answerMs / 1_000} s and has ${SLOW.waiting} due; ` +
        `from due to receipt p50 ${roundToDigits(delayed.beside.p50)} ms, ` +
        `p99 ${roundToDigits(delayed.beside.p99)} ms; ` +
        `rounds: ${rates(delayed.besideRounds)}`,
    ],
    [
      "lost",
      `${roundToDigits(delayed.lossPercent)} %`,
      "of the medians (goal: at most " +
        `10 %)${delayed.missing > 0 ? `; ${delayed.missing} had not come after ${DELAYED.giveUpMs / 1_000} s` : ""}`,
    ],
    [
      "healthy alone",
      `${roundToDigits(aloneMedian)}/s`,
      `${EVENTS} observations over ${HEALTHY} endpoints; rounds: ${alone.map((each) => roundToDigits(each)).join(" ")}`,
    ],
    [
      "beside a dead and a failing one",
      `${roundToDigits(besideMedian)}/s`,
      "of the healthy ones, each endpoint with the same share; " +
        `rounds: ${beside.map((each) => roundToDigits(each)).join(" ")}`,
    ],
    ["lost", `${roundToDigits(lossPercent)} %`, "of the medians (goal: at most 10 %)"],
    ["memory", `${rssMb} MB`, "of the program, resident, after the rounds"],
    [
      "healthy, while others wait",
      `${roundToDigits(whileWaiting)}/s`,
      `with ${WAITING} executions waiting for the dead one`,
    ],
    ["memory, while others wait", `${rssPeakMb} MB`, "the most"],
  ]),
);
await app.stop();
await Promise.all([receiver.close(), dead.close(), failing.close(), slow.close()]);
await postgres.stop();
console.log(
  JSON.stringify({
    healthyAlonePerSecond: roundToDigits(aloneMedian),
    healthyBesidePerSecond: roundToDigits(besideMedian),
    lossPercent: roundToDigits(lossPercent),
    delayedQuietPerSecond: roundToDigits(delayed.quiet.perSecond),
    delayedBesidePerSecond: roundToDigits(delayed.beside.perSecond),
    delayedLossPercent: roundToDigits(delayed.lossPercent),
    delayedQuietP99Ms: roundToDigits(delayed.quiet.p99),
    delayedBesideP99Ms: roundToDigits(delayed.beside.p99),
    rssMb,
    waiting: WAITING,
    healthyWhileWaitingPerSecond: roundToDigits(whileWaiting),
    rssWhileWaitingMb: rssPeakMb,
  }),
);

/**
 * The results of delayed executions: how many a second (first due time to last receipt), and the ms from due time to
 * receipt.
 */
type Delayed = { perSecond: number; p50: number; p99: number; missing: number };

async function measureDelayed() {
  const { delaySeconds } = DELAYED;
  const projects: BenchProject[] = [];
  for (let n = 0; n < DELAYED.projects; n++)
    projects.push(await app.makeProject([{ name: "answer", url: `${receiver.url}delayed-${n}`, delaySeconds }]));
  await delayedRound("delayedWarm", projects);
  const quietRounds: Delayed[] = [];
  for (let n = 0; n < ROUNDS; n++) quietRounds.push(await delayedRound(`delayedQuiet${n}`, projects));
  const other = await app.makeProject([{ name: "slow", url: slow.url, delaySeconds }]);
  await sendObservations({
    count: SLOW.waiting,
    make: (n) => makeBenchObservation(`slow-${n}`, "slow"),
    send: other.send,
  });
  await untilDecided("slow-%", SLOW.waiting);
  await wait(delaySeconds * 1_000);
  const besideRounds: Delayed[] = [];
  for (let n = 0; n < ROUNDS; n++) besideRounds.push(await delayedRound(`delayedBeside${n}`, projects));
  const [quiet, besideIt] = [medianOf(quietRounds), medianOf(besideRounds)];
  const lost = 100 * (1 - besideIt.perSecond / quiet.perSecond);
  const missing = besideRounds.reduce((sum, each) => sum + each.missing, 0);
  return { quietRounds, besideRounds, quiet, beside: besideIt, lossPercent: lost, missing };
}

function medianOf(rounds: readonly Delayed[]): Delayed {
  const of = (pick: (each: Delayed) => number): number => computeQuantile(rounds.map(pick), 0.5);
  return {
    perSecond: of((each) => each.perSecond),
    p50: of((each) => each.p50),
    p99: of((each) => each.p99),
    missing: of((each) => each.missing),
  };
}

/**
 * Runs one round of delayed executions. It stops waiting after some time, because a slow endpoint beside them could
 * delay them for hours.
 */
async function delayedRound(prefix: string, projects: readonly BenchProject[]): Promise<Delayed> {
  const { events, delaySeconds, giveUpMs } = DELAYED;
  const dueAt = new Map<string, number>();
  const arrived = receiver.expect(prefix, events);
  let request = 0;
  await sendObservations({
    count: events,
    make: (n) => makeBenchObservation(`${prefix}-${n}`, "answer"),
    send: (observations) => projects[request++ % projects.length]!.send(observations),
    beforeRequest(from, to) {
      const due = performance.now() + delaySeconds * 1_000;
      for (let n = from; n < to; n++) dueAt.set(`${prefix}-${n}`, due);
    },
  });
  const firstDue = Math.min(...dueAt.values());
  await Promise.race([arrived, wait(giveUpMs, null, { ref: false })]);
  const seconds = (performance.now() - firstDue) / 1_000;
  const come = receiver.count(prefix);
  const late = receiver.latencies(prefix, dueAt);
  // An execution that was not delivered counts as later than all others.
  const all = [...late, ...Array.from({ length: events - come }, () => seconds * 1_000)];
  return {
    perSecond: come / seconds,
    p50: computeQuantile(all, 0.5),
    p99: computeQuantile(all, 0.99),
    missing: events - come,
  };
}

/** Measures deliveries a second to the healthy endpoints, from the first sent event to the last received webhook. */
async function measure(prefix: string, count: number, withOthers: boolean): Promise<number> {
  if (!withOthers) {
    const make = (id: string, n: number): object => makeBenchObservation(id, `healthy-${n % HEALTHY}`);
    return (await sendAndAwaitWebhooks({ prefix, count, make, send: project.send, receiver })).perSecond;
  }
  const names = ["dead", "failing"];
  /*
   * Each request has one observation for every endpoint. The last two of HEALTHY + 2 are for the dead and the failing
   * one.
   */
  const turn = HEALTHY + names.length;
  const arrived = receiver.expect(prefix, count);
  const from = performance.now();
  await sendObservations({
    count: (count / HEALTHY) * turn,
    make(n) {
      const [round, place] = [Math.floor(n / turn), n % turn];
      if (place >= HEALTHY) return makeBenchObservation(`${prefix}other-${n}`, names[place - HEALTHY]!);
      return makeBenchObservation(`${prefix}-${round * HEALTHY + place}`, `healthy-${place}`);
    },
    send: project.send,
  });
  await arrived;
  return (count * 1_000) / (performance.now() - from);
}

/** Waits until the executions of `count` observations exist. The bench measures deliveries, not matching. */
async function untilDecided(sourceIdLike: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  for (;;) {
    const { rows } = await client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM action_execution WHERE source_id LIKE $1",
      [sourceIdLike],
    );
    if (rows[0]!.count >= count) break;
    await wait(500);
  }
  await client.end();
}

async function serve(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
