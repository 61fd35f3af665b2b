import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Agent } from "undici";
import { findFreePort } from "@/server/db/embedded/postmaster";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { startSimulatedInngestServer } from "@/server/engine/simulated-server";
import { createTestApp, createTestDatabase } from "@/server/engine/testing";
import { forkApp, killApp, urlOfApp } from "@/test/fork-app";
import { makeBenchObservation, openBenchProjectFactory, sendObservationsTo } from "./deliver-app";
import { startBenchReceiver } from "./deliver-receiver";
import { roundToDigits, formatTable } from "./figures";

/*
 * Counts runs, steps and an Inngest server's calls of the program: `npm run bench:inngest`. Inngest Cloud charges for
 * runs and steps. The server is simulated and calls the program once for each step. The idle cost counts every run of a
 * minute without events. The cost of a load leaves out runs that a cron trigger starts.
 */

const IDLE_MS = 60_000;
const MINUTES_A_MONTH = 30 * 24 * 60;
/** The load has ended when no run is in progress and none began in this many ms. A batch waits for less. */
const QUIET_MS = 5_000;
const OBSERVATIONS = 1_000;
const PER_REQUEST = 100;
const DELAY_SECONDS = 3;
const ATTEMPTS = 10;

const STARTED_BY_CLOCK = `exists (
  select from engine.event where event.id = any (run.event_ids) and event.name = 'inngest/scheduled.timer')`;

type Counts = { calls: number; runs: number; steps: number };

const postgres = await startThrowawayPostgres();
const { connectionString } = postgres;
await applyMigrations(connectionString);
const serverDatabase = await createTestDatabase();
await createTestApp().engine(serverDatabase, []).migrate();
const server = await startSimulatedInngestServer({ database: serverDatabase, keys: null, checkpointing: false });
const receiver = await startBenchReceiver();
let refused = 0;
const refusing = createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(500).end(String(++refused)));
}).listen(0, "127.0.0.1");
await once(refusing, "listening");
const refusingHost = `127.0.0.1:${(refusing.address() as AddressInfo).port}`;
const encryptionKey = randomBytes(32).toString("base64");
const appPort = await findFreePort();
const appUrl = `http://127.0.0.1:${appPort}`;
const app = forkApp({
  connectionString,
  encryptionKey,
  env: {
    WEBHOOK_ALLOWED_HOSTS: [receiver.host, refusingHost].join(","),
    APP_PROCESS_PORT: String(appPort),
    APP_URL: appUrl,
    INNGEST_BASE_URL: server.url,
    INNGEST_DEV: "1",
  },
});
await urlOfApp(app);
const registered = await fetch(`${appUrl}/api/inngest`, { method: "PUT" });
if (!registered.ok) throw new Error(`The program could not be registered: ${await registered.text()}`);
const setUp = openBenchProjectFactory(connectionString, encryptionKey);
const agent = new Agent();
const eventUrl = `${appUrl}/e/${await setUp.makeProject([
  { name: "answer", url: receiver.url },
  { name: "delayed", url: `${receiver.url}delayed`, delaySeconds: DELAY_SECONDS },
  {
    name: "refused",
    url: `http://${refusingHost}/`,
    retryDelaysSeconds: Array.from({ length: ATTEMPTS - 1 }, () => 1),
  },
])}`;

await deliver("warm", 1, "answer");
await untilQuiet();
const idleFrom = await serverTime();
await wait(IDLE_MS);
const idle = await countSince(idleFrom, "all");
let aloneMs = 0;
const alone = await count(async () => (aloneMs = await deliver("alone", 1, "answer")));
const unmatched = await count(() => send("unmatched", OBSERVATIONS, "something else"));
const matched = await count(() => deliver("matched", OBSERVATIONS, "answer"));
const delayed = await count(() => deliver("delayed", 1, "delayed"));
const retried = await count(async () => {
  await send("refused", 1, "refused");
  while (refused < ATTEMPTS) await wait(100);
});
const month: Counts = scaled(idle, MINUTES_A_MONTH);
const deliveries: Counts = {
  calls: matched.calls - unmatched.calls,
  runs: matched.runs - unmatched.runs,
  steps: matched.steps - unmatched.steps,
};

const row = (name: string, { calls, runs, steps }: Counts, note = ""): string[] => [
  name,
  ...[runs + steps, runs, steps, calls].map((value) => roundToDigits(value).toLocaleString("en")),
  note,
];
console.log(
  formatTable([
    ["", "runs and steps", "runs", "steps", "calls", ""],
    row("1,000 observations, none matches", unmatched, `${PER_REQUEST} a request`),
    row("1,000 observations, all match one action", matched, "deliveries included (goal: at most 25 runs and steps)"),
    row("1,000 deliveries", deliveries, "the second less the first"),
    row("an event alone, delivered", alone, `received after ${roundToDigits(aloneMs, 0)} ms`),
    row("a delayed execution", delayed, `${DELAY_SECONDS} s of delay, its event included`),
    row("ten attempts", retried, "a second between them, its event included"),
    row("an idle minute", idle, "(goal: 1 run, no step)"),
    row("an idle month", month, `extrapolated: ${MINUTES_A_MONTH.toLocaleString("en")} times the minute`),
  ]),
);

await killApp(app);
await setUp.close();
await agent.destroy();
await server.close();
await serverDatabase.close();
await receiver.close();
refusing.closeAllConnections();
refusing.close();
await postgres.stop();
console.log(
  JSON.stringify({
    per1000Observations: unmatched,
    per1000ObservationsDelivered: matched,
    per1000Deliveries: deliveries,
    alone: { ...alone, ms: roundToDigits(aloneMs, 0) },
    delayedExecution: delayed,
    tenAttempts: retried,
    idleMinute: idle,
    idleMonth: month,
  }),
);

async function send(prefix: string, events: number, name: string): Promise<void> {
  for (let from = 0; from < events; from += PER_REQUEST) {
    const numbers = Array.from({ length: Math.min(PER_REQUEST, events - from) }, (_, index) => from + index);
    const observations = numbers.map((n) => makeBenchObservation(`${prefix}-${n}`, name));
    await sendObservationsTo(eventUrl, observations, agent);
  }
}

/** Measures the time from the first event to the last webhook, in ms. */
async function deliver(prefix: string, events: number, name: string): Promise<number> {
  const arrived = receiver.expect(prefix, events);
  const from = performance.now();
  await send(prefix, events, name);
  await arrived;
  return performance.now() - from;
}

async function count(load: () => Promise<unknown>): Promise<Counts> {
  const from = await serverTime();
  await load();
  await untilQuiet();
  return countSince(from, "load");
}

/**
 * Returns the present time and the number of the server's calls so far. The time comes from the clock of the server's
 * database, because the rows of runs have their times from that clock.
 */
async function serverTime(): Promise<{ at: Date; calls: number }> {
  const [row] = await serverDatabase.rows<{ at: Date }>("select clock_timestamp() as at");
  return { at: row!.at, calls: server.calls.length };
}

type RunRow = { id: string; steps: number };

/**
 * Counts the runs that began since a time, with their steps and calls.
 * @param which all runs, or only those that no cron trigger started
 */
async function countSince(from: { at: Date; calls: number }, which: "all" | "load"): Promise<Counts> {
  const rows = await serverDatabase.rows<RunRow>(
    `select run.id, (select count(*)::int from engine.step where step.run_id = run.id) as steps from engine.run
     where run.created_at >= $1 and ($2 = 'all' or not ${STARTED_BY_CLOCK})`,
    [from.at, which],
  );
  const ids = new Set(rows.map(({ id }) => id));
  return {
    calls: server.calls.slice(from.calls).filter(({ runId }) => ids.has(runId)).length,
    runs: rows.length,
    steps: rows.reduce((sum, { steps }) => sum + steps, 0),
  };
}

async function untilQuiet(): Promise<void> {
  for (let [last, quietSince] = [-1, performance.now()]; performance.now() - quietSince < QUIET_MS; await wait(200)) {
    const [row] = await serverDatabase.rows<{ begun: number; alive: number; waiting: number }>(
      `select count(*)::int as begun, (count(*) filter (where status = 'running'))::int as alive,
         (select count(*)::int from engine.batch_item) as waiting
       from engine.run where not ${STARTED_BY_CLOCK}`,
    );
    const { begun, alive, waiting } = row!;
    if (begun !== last || alive > 0 || waiting > 0) quietSince = performance.now();
    last = begun;
  }
}

function scaled({ calls, runs, steps }: Counts, by: number): Counts {
  return { calls: calls * by, runs: runs * by, steps: steps * by };
}
