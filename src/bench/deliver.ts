import { startThrowaway } from "@/server/db/embedded";
import { createDatabase } from "@/server/db/client";
import { applyMigrations } from "@/server/db/migrate";
import { startApp, type BenchApp } from "./deliver-app";
import { startReceiver, type BenchReceiver } from "./deliver-receiver";
import { quantile, round, table } from "./figures";
import { postBySender, postRaw } from "./raw";

/*
 * Measures the way from an event to its webhook through everything: event endpoint, engine, matching, execution rows,
 * signed POST. Brings its own PostgreSQL (fsync on), the program as a process of its own, and a receiver that answers
 * at once. Baseline: an undici Pool that posts the same bodies to the same receiver.
 *
 *   npm run bench:deliver                     10,000 observations
 *   EVENTS=100000 npm run bench:deliver       the same, longer: memory must stay flat
 */

const EVENTS = Number(process.env.EVENTS ?? 10_000);
/** Events of one request, and requests on the wire at once. */
const PER_REQUEST = 100;
const SENDERS = 4;
const IDLE_EVENTS = 200;
const STEADY = { perSecond: 100, seconds: 20 };
const WARM_UP = 1_000;
const SAMPLES = 10;

const settings = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" };
const postgres = await startThrowaway(settings);
await applyMigrations(postgres.connectionString);
const receiver = await startReceiver();
const app = await startApp({
  connectionString: postgres.connectionString,
  endpoints: [{ name: "answer", url: receiver.url }],
});
const db = createDatabase(postgres.connectionString, 2);

await send(app, receiver, "warm", WARM_UP);
const idle = await oneAtATime();
const steady = await steadily();
const load = await throughput();
const raw = await postRaw(receiver.url, receiver.lastBody, EVENTS);
const bySender = await postBySender(receiver.url, receiver.lastBody, EVENTS);

console.log(
  table([
    [
      "deliveries a second",
      `${round(load.perSecond)}`,
      `${EVENTS} observations, ${PER_REQUEST} a request, ${SENDERS} requests at once; p50 ${round(load.p50)} ms, p99 ${round(load.p99)} ms from send to receipt`,
    ],
    ["undici Pool alone", `${round(raw)}`, "requests a second, the same bodies to the same receiver, 64 connections"],
    ["the sender alone", `${round(bySender)}`, "requests a second by the program's own sender, otherwise alike"],
    ["idle p50, p99", `${round(idle.p50)}, ${round(idle.p99)} ms`, `${IDLE_EVENTS} events, one after the other`],
    [
      "steady p50, p99",
      `${round(steady.p50)}, ${round(steady.p99)} ms`,
      `${STEADY.perSecond} events a second, one a request, for ${STEADY.seconds} s`,
    ],
    ["memory", `${load.rssMb.at(-1)} MB`, `of the program, resident, through the load: ${load.rssMb.join(" ")}`],
    ["commits an execution", `${round(load.commits, 3)}`, `${round(load.rows, 2)} rows an execution`],
  ]),
);

await app.stop();
await receiver.close();
await db.$disconnect();
await postgres.stop();
console.log(
  JSON.stringify({
    deliveriesPerSecond: round(load.perSecond),
    rawPerSecond: round(raw),
    senderPerSecond: round(bySender),
    idleP50Ms: round(idle.p50),
    idleP99Ms: round(idle.p99),
    steadyP99Ms: round(steady.p99),
    rssMb: Math.max(...load.rssMb),
    commitsPerExecution: round(load.commits, 3),
  }),
);

/** Sends `count` observations as fast as they are taken; resolves when all webhooks have come. */
async function send(target: BenchApp, to: BenchReceiver, prefix: string, count: number): Promise<Map<string, number>> {
  const sentAt = new Map<string, number>();
  const arrived = to.expect(prefix, count);
  let next = 0;
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (next < count) {
        const ids = Array.from(
          { length: Math.min(PER_REQUEST, count - next) },
          (_, index) => `${prefix}-${next + index}`,
        );
        next += ids.length;
        for (const id of ids) sentAt.set(id, performance.now());
        await target.send(ids);
      }
    }),
  );
  await arrived;
  return sentAt;
}

async function throughput(): Promise<{
  perSecond: number;
  p50: number;
  p99: number;
  rssMb: number[];
  commits: number;
  rows: number;
}> {
  const before = await counters();
  const rssMb: number[] = [];
  const sampler = setInterval(
    () => void app.rssMb().then((value) => rssMb.push(value)),
    Math.max(500, EVENTS / SAMPLES),
  );
  const from = performance.now();
  const sentAt = await send(app, receiver, "load", EVENTS);
  const seconds = (performance.now() - from) / 1_000;
  clearInterval(sampler);
  rssMb.push(await app.rssMb());
  const after = await counters();
  const latencies = receiver.latencies("load", sentAt);
  return {
    perSecond: EVENTS / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    rssMb,
    commits: (after.commits - before.commits) / EVENTS,
    rows: (after.rows - before.rows) / EVENTS,
  };
}

async function oneAtATime(): Promise<{ p50: number; p99: number }> {
  const latencies: number[] = [];
  for (let n = 0; n < IDLE_EVENTS; n++) {
    const id = `idle${n}-0`;
    const arrived = receiver.expect(`idle${n}`, 1);
    const sentAt = performance.now();
    await app.send([id]);
    await arrived;
    latencies.push(...receiver.latencies(`idle${n}`, new Map([[id, sentAt]])));
    // The engine ends its runs: the next event must find nothing under way.
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
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
    // From the time it was due: a sender that cannot keep up must not look like a fast program.
    sentAt.set(`steady-${n}`, due);
    sends.push(app.send([`steady-${n}`]));
  }
  await Promise.all([...sends, arrived]);
  const latencies = receiver.latencies("steady", sentAt);
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

/** What PostgreSQL counts, once its own statistics have settled. */
async function counters(): Promise<{ commits: number; rows: number }> {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const [row] = await db.$queryRaw<{ commits: bigint; rows: bigint }[]>`
    SELECT xact_commit AS commits, tup_inserted AS rows FROM pg_stat_database WHERE datname = current_database()`;
  return { commits: Number(row?.commits), rows: Number(row?.rows) };
}
