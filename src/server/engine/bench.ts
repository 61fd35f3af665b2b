import { Inngest } from "inngest";
import { serve } from "inngest/next";
import pg from "pg";
import { createEngine } from "./engine";
import { startTestPostgres } from "./testing-postgres";

/**
 * Measures the engine alone, on its own PostgreSQL with fsync on: `npx tsx src/server/engine/bench.ts`. It prints a
 * table, and as its last line one JSON object.
 */
const EVENTS = Number(process.env.EVENTS ?? 10_000);
const SENDERS = 16;
/** The number of events in one request. */
const PER_REQUEST = Number(process.env.PER_REQUEST ?? 5);
const IDLE = 200;
const SIGNING_KEY = "signkey-test-0123456789abcdef";

const postgres = await startTestPostgres({ fsync: true });
const pool = new pg.Pool({ connectionString: postgres.url, max: 20 });
const client = new Inngest({
  id: "bench",
  isDev: false,
  baseUrl: "http://engine.invalid/",
  eventKey: "local",
  signingKey: SIGNING_KEY,
});
const waiting = new Map<string, (at: number) => void>();
let handled = 0;
let calls = 0;
let done: () => void = () => undefined;
let target = Infinity;

function count(n: number): void {
  handled += n;
  calls += 1;
  if (handled >= target) done();
}

const functions = [
  client.createFunction({ id: "idle", triggers: { event: "idle" } }, ({ event }) =>
    waiting.get(String(event.data.id))?.(performance.now()),
  ),
  client.createFunction(
    { id: "idle-batch", triggers: { event: "idle.batch" }, batchEvents: { maxSize: 100, timeout: "2s" } },
    ({ event }) => waiting.get(String(event.data.id))?.(performance.now()),
  ),
  client.createFunction(
    { id: "batch", triggers: { event: "batch" }, batchEvents: { maxSize: 100, timeout: "2s" }, concurrency: 4 },
    ({ events }) => count(events.length),
  ),
  client.createFunction(
    { id: "steps", triggers: { event: "steps" }, batchEvents: { maxSize: 100, timeout: "2s" }, concurrency: 4 },
    async ({ events, step }) => {
      await step.run("one", () => events.length);
      await step.run("two", () => events.length);
      count(events.length);
    },
  ),
  client.createFunction({ id: "sleep", triggers: { event: "sleep" } }, async ({ step }) => {
    const due = await step.run("due", () => Date.now() + 1000);
    await step.sleepUntil("until", new Date(due));
    waiting.get("late")?.(Date.now() - due);
  }),
  client.createFunction({ id: "single", triggers: { event: "single" } }, () => count(1)),
  client.createFunction({ id: "single-steps", triggers: { event: "single.steps" } }, async ({ step }) => {
    await step.run("one", () => 1);
    count(1);
  }),
];
const engine = createEngine({
  pool,
  connectionString: postgres.url,
  handler: serve({ client, functions }),
  serveUrl: "http://127.0.0.1:3999/api/inngest",
  signingKey: SIGNING_KEY,
  log: { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error },
});
await engine.migrate();
await engine.start();

const payload = "x".repeat(2000);
const quantile = (values: number[], q: number) => [...values].sort((a, b) => a - b)[Math.floor(values.length * q)] ?? 0;
const round = (value: number) => Math.round(value * 10) / 10;

async function idle(name: string): Promise<{ p50: number; p99: number }> {
  const times: number[] = [];
  for (let id = 0; id < IDLE; id++) {
    let accepted = 0;
    const called = new Promise<number>((resolve) => waiting.set(String(id), resolve));
    await engine.ingest([{ name, data: { id, payload } }]);
    accepted = performance.now();
    times.push((await called) - accepted);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { p50: round(quantile(times.slice(20), 0.5)), p99: round(quantile(times.slice(20), 0.99)) };
}

async function commits(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const { rows } = await pool.query<{ n: string }>(
    "select xact_commit as n from pg_stat_database where datname = current_database()",
  );
  return Number(rows[0]?.n);
}

async function throughput(
  name: string,
  events: number,
): Promise<{ perSecond: number; calls: number; commits: number; cpu: number }> {
  handled = 0;
  calls = 0;
  target = events;
  const before = await commits();
  const ended = new Promise<void>((resolve) => (done = resolve));
  const from = performance.now();
  const cpu = process.cpuUsage();
  const senders = Array.from({ length: SENDERS }, async () => {
    for (let n = 0; n < events / SENDERS; n += PER_REQUEST) {
      await engine.ingest(Array.from({ length: PER_REQUEST }, (_, index) => ({ name, data: { n, index, payload } })));
    }
  });
  await Promise.all([...senders, ended]);
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: Math.round(events / seconds),
    calls,
    commits: (await commits()) - before,
    cpu: Math.round((user + system) / seconds / 10_000),
  };
}

/** Measures how late a function continues after a sleep of one second, as p50 and p99 in ms. */
async function lateness(): Promise<{ p50: number; p99: number }> {
  const late: number[] = [];
  waiting.set("late", (ms) => late.push(ms));
  for (let n = 0; n < 60; n++) {
    await engine.ingest([{ name: "sleep", data: {} }]);
    await new Promise((resolve) => setTimeout(resolve, 37));
  }
  while (late.length < 60) await new Promise((resolve) => setTimeout(resolve, 50));
  return { p50: round(quantile(late, 0.5)), p99: round(quantile(late, 0.99)) };
}

const figures = {
  sleepLate: await lateness(),
  idle: await idle("idle"),
  idleBatch: await idle("idle.batch"),
  batch: await throughput("batch", EVENTS),
  batchTwoSteps: await throughput("steps", EVENTS),
  single: await throughput("single", EVENTS / 5),
  singleOneStep: await throughput("single.steps", EVENTS / 5),
};
for (const [name, figure] of Object.entries(figures)) {
  console.log(
    name.padEnd(16),
    Object.entries(figure)
      .map(([key, value]) => `${key} ${value}`)
      .join("   "),
  );
}
await engine.stop();
await pool.end();
await postgres.stop();
console.log(JSON.stringify(figures));
