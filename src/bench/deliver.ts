import { startThrowawayPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { makeBenchObservation, startBenchApp } from "./deliver-app";
import { startBenchReceiver } from "./deliver-receiver";
import { computeQuantile, roundToDigits, formatTable } from "./figures";
import { sendAndAwaitWebhooks, EVENTS_PER_REQUEST, CONCURRENT_REQUESTS } from "./send-observations";
import { startBullMqPeer } from "./bullmq-peer";
import { measureWebhookSenderPosts, measureUndiciPosts } from "./measure-posts";
import { measurePostgresWork, type PostgresWork } from "./measure-postgres-work";

/*
 * Measures deliveries from event to webhook: event endpoint, engine, matching, execution rows, signed POST. It starts
 * PostgreSQL (fsync on), the program in a separate process, and a receiver that answers at once. Other rounds alternate
 * with these: 50 endpoints instead of one, and a small program built with BullMQ (peer-process.ts), which needs a
 * redis-server on PATH or in REDIS_SERVER. An undici Pool that posts the same bodies is the baseline. `npm run
 * bench:deliver` runs 3 rounds of 10,000 observations. `EVENTS=100000 ROUNDS=1 npm run bench:deliver` runs longer, to
 * show that memory stays flat.
 */

const EVENTS = Number(process.env.EVENTS ?? 10_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const ENDPOINTS = 50;
const IDLE_EVENTS = 200;
const STEADY = { perSecond: 100, seconds: 20 };
const WARM_UP = 1_000;
const MEMORY_SAMPLES = 10;
/** The goal for lock waits is stated for this many seconds of load. The waits of all rounds are scaled to it. */
const LOAD_SECONDS = 20;

type Round = PostgresWork & { perSecond: number; p50: number; p99: number };

const settings = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" };
const postgres = await startThrowawayPostgres(settings);
const { connectionString } = postgres;
await applyMigrations(connectionString);
const receiver = await startBenchReceiver();
const app = await startBenchApp({ connectionString, allowedHosts: [receiver.host] });
const one = await app.makeProject([{ name: "answer", url: receiver.url }]);
const many = await app.makeProject(
  Array.from({ length: ENDPOINTS }, (_, n) => ({ name: `answer-${n}`, url: `${receiver.url}${n}` })),
);
const peer = await startBullMqPeer({ connectionString, targetUrl: receiver.url });

const toOne = (prefix: string, count: number, send = one.send) =>
  sendAndAwaitWebhooks({ prefix, count, send, receiver, make: (id) => makeBenchObservation(id, "answer") });
const toMany = (prefix: string, count: number) =>
  sendAndAwaitWebhooks({
    prefix,
    count,
    send: many.send,
    receiver,
    make: (id, n) => makeBenchObservation(id, `answer-${n % ENDPOINTS}`),
  });

await toOne("warm", WARM_UP);
await toMany("warmMany", WARM_UP);
if (peer) await toOne("warmPeer", WARM_UP, peer.send);
const idle = await oneAtATime();
const steady = await steadily();
const rssMb: number[] = [];
const rounds: Round[] = [];
const ofMany: number[] = [];
const ofPeer: number[] = [];
for (let n = 0; n < ROUNDS; n++) {
  rounds.push(await measure(`load${n}`));
  if (peer) ofPeer.push((await toOne(`peer${n}`, EVENTS, peer.send)).perSecond);
  ofMany.push((await toMany(`many${n}`, EVENTS)).perSecond);
}
const raw = await measureUndiciPosts(receiver.url, receiver.lastBody, EVENTS);
const bySender = await measureWebhookSenderPosts(receiver.url, receiver.lastBody, EVENTS);

const median = (values: readonly number[]): number => computeQuantile(values, 0.5);
const sum = (pick: (each: Round) => number): number => rounds.reduce((total, each) => total + pick(each), 0);
const each = (values: readonly number[]): string => values.map((value) => roundToDigits(value, 0)).join(" ");
const executions = ROUNDS * EVENTS;
const perSecond = median(rounds.map((round) => round.perSecond));
const perSecondMany = median(ofMany);
const perSecondPeer = peer ? median(ofPeer) : null;
const lockWaitSeconds = (sum((round) => round.lockWaitSeconds) * LOAD_SECONDS) / sum((round) => round.seconds);
const worstWait = rounds.flatMap(({ lockWaits }) => lockWaits).sort((left, right) => right.seconds - left.seconds)[0];

console.log(
  formatTable([
    [
      "deliveries a second",
      `${roundToDigits(perSecond)}`,
      `${EVENTS} observations, ${EVENTS_PER_REQUEST} a request, ${CONCURRENT_REQUESTS} requests at once; ` +
        `rounds: ${each(rounds.map((round) => round.perSecond))}; ` +
        `p50 ${roundToDigits(median(rounds.map(({ p50 }) => p50)))} ms, ` +
        `p99 ${roundToDigits(median(rounds.map(({ p99 }) => p99)))} ms from send to receipt`,
    ],
    [
      "the BullMQ peer",
      perSecondPeer === null ? "not run" : `${roundToDigits(perSecondPeer)}`,
      perSecondPeer === null
        ? "no redis-server is on PATH, and REDIS_SERVER names none"
        : `the same observations to the same receiver, in turns; rounds: ${each(ofPeer)}; ` +
          `the program delivers ${roundToDigits(perSecond / perSecondPeer, 2)} times as many (goal: 1.2)`,
    ],
    [
      `${ENDPOINTS} endpoints`,
      `${roundToDigits(perSecondMany)}`,
      `rounds: ${each(ofMany)}; ` +
        `${roundToDigits((100 * perSecondMany) / perSecond)} % of the figure with one (goal: 70 %)`,
    ],
    [
      "undici Pool alone",
      `${roundToDigits(raw)}`,
      "requests a second, the same bodies to the same receiver, 64 connections",
    ],
    [
      "the sender alone",
      `${roundToDigits(bySender)}`,
      "requests a second by the program's own sender, otherwise alike",
    ],
    [
      "idle p50, p99",
      `${roundToDigits(idle.p50)}, ${roundToDigits(idle.p99)} ms`,
      `${IDLE_EVENTS} events, one after the other`,
    ],
    [
      "steady p50, p99",
      `${roundToDigits(steady.p50)}, ${roundToDigits(steady.p99)} ms`,
      `${STEADY.perSecond} events a second, one a request, for ${STEADY.seconds} s`,
    ],
    ["memory", `${rssMb.at(-1)} MB`, `of the program, resident, through the loads: ${rssMb.join(" ")}`],
    [
      "waits for locks",
      `${roundToDigits(lockWaitSeconds, 2)} s`,
      `of all transactions, in ${LOAD_SECONDS} s of load ` +
        `(goal: 1 s)${worstWait ? `; the longest: ${worstWait.query}` : ""}`,
    ],
    [
      "commits an execution",
      `${roundToDigits(sum(({ commits }) => commits) / executions, 3)}`,
      `${roundToDigits(sum(({ rows }) => rows) / executions, 2)} rows and ` +
        `${roundToDigits(sum(({ walBytes }) => walBytes) / executions / 1_024)} KB of WAL an execution`,
    ],
  ]),
);

await peer?.stop();
await app.stop();
await receiver.close();
await postgres.stop();
console.log(
  JSON.stringify({
    deliveriesPerSecond: roundToDigits(perSecond),
    peerPerSecond: perSecondPeer === null ? null : roundToDigits(perSecondPeer),
    timesPeer: perSecondPeer === null ? null : roundToDigits(perSecond / perSecondPeer, 2),
    fiftyEndpointsPerSecond: roundToDigits(perSecondMany),
    rawPerSecond: roundToDigits(raw),
    senderPerSecond: roundToDigits(bySender),
    idleP50Ms: roundToDigits(idle.p50),
    idleP99Ms: roundToDigits(idle.p99),
    steadyP99Ms: roundToDigits(steady.p99),
    rssMb: Math.max(...rssMb),
    commitsPerExecution: roundToDigits(sum(({ commits }) => commits) / executions, 3),
    lockWaitSeconds: roundToDigits(lockWaitSeconds, 2),
    walBytesPerExecution: Math.round(sum(({ walBytes }) => walBytes) / executions),
  }),
);

/** Measures one round with one endpoint, and what PostgreSQL did for it. */
async function measure(prefix: string): Promise<Round> {
  const sampler = setInterval(
    () => void app.rssMb().then((value) => rssMb.push(value)),
    Math.max(500, EVENTS / MEMORY_SAMPLES),
  );
  const watch = await measurePostgresWork(connectionString);
  const { perSecond, sentAt } = await toOne(prefix, EVENTS);
  const work = await watch.stop();
  clearInterval(sampler);
  rssMb.push(await app.rssMb());
  const latencies = receiver.latencies(prefix, sentAt);
  return { ...work, perSecond, p50: computeQuantile(latencies, 0.5), p99: computeQuantile(latencies, 0.99) };
}

async function oneAtATime(): Promise<{ p50: number; p99: number }> {
  const latencies: number[] = [];
  for (let n = 0; n < IDLE_EVENTS; n++) {
    const id = `idle${n}-0`;
    const arrived = receiver.expect(`idle${n}`, 1);
    const sentAt = performance.now();
    await one.send([makeBenchObservation(id, "answer")]);
    await arrived;
    latencies.push(...receiver.latencies(`idle${n}`, new Map([[id, sentAt]])));
    // Waits until the engine has ended its runs, so that the next round starts with an idle engine.
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  return { p50: computeQuantile(latencies, 0.5), p99: computeQuantile(latencies, 0.99) };
}

async function steadily(): Promise<{ p50: number; p99: number }> {
  const count = STEADY.perSecond * STEADY.seconds;
  const sentAt = new Map<string, number>();
  const arrived = receiver.expect("steady", count);
  const from = performance.now();
  const sends: Promise<void>[] = [];
  for (let n = 0; n < count; n++) {
    const due = from + (n * 1_000) / STEADY.perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    // The latency counts from the planned time of sending. Otherwise a slow sender would make the program look fast.
    sentAt.set(`steady-${n}`, due);
    sends.push(one.send([makeBenchObservation(`steady-${n}`, "answer")]));
  }
  await Promise.all([...sends, arrived]);
  const latencies = receiver.latencies("steady", sentAt);
  return { p50: computeQuantile(latencies, 0.5), p99: computeQuantile(latencies, 0.99) };
}
