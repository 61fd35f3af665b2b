import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Agent } from "undici";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { findFreePort } from "@/server/db/embedded/postmaster";
import { applyMigrations } from "@/server/db/migrate";
import { makeBenchObservation, openBenchProjectFactory, sendObservationsTo } from "./deliver-app";
import { startBenchReceiver } from "./deliver-receiver";
import { computeQuantile, roundToDigits, formatTable } from "./figures";
import { sendAndAwaitWebhooks, EVENTS_PER_REQUEST, CONCURRENT_REQUESTS } from "./send-observations";

/*
 * Measures the gain of a second worker process: `npm run bench:workers`. `npm start` runs with WORKERS=1 and WORKERS=2
 * in turns, on one PostgreSQL (fsync on), and delivers to a receiver that answers at once. The interface is built first
 * if needed.
 */

const EVENTS = Number(process.env.EVENTS ?? 10_000);
const TURNS = Number(process.env.TURNS ?? 3);
const WARM_UP = 2_000;
const START_TIMEOUT_MS = 600_000;

const postgres = await startThrowawayPostgres({
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  max_connections: "200",
});
await applyMigrations(postgres.connectionString);
const receiver = await startBenchReceiver();
const encryptionKey = randomBytes(32).toString("base64");
const setUp = openBenchProjectFactory(postgres.connectionString, encryptionKey);
const eventKey = await setUp.makeProject([{ name: "answer", url: receiver.url }]);
const agent = new Agent({ connections: 64 });
const dataDir = mkdtempSync(join(tmpdir(), "trigger-system-bench-workers-"));

const figures: Record<1 | 2, number[]> = { 1: [], 2: [] };
for (let turn = 0; turn < TURNS; turn++) {
  for (const workers of [1, 2] as const) figures[workers].push(await measure(workers, `turn${turn}workers${workers}`));
}
const [one, two] = [computeQuantile(figures[1], 0.5), computeQuantile(figures[2], 0.5)];
const each = (values: readonly number[]): string => values.map((value) => roundToDigits(value, 0)).join(" ");
console.log(
  formatTable([
    [
      "WORKERS=1",
      `${roundToDigits(one)}/s`,
      `deliveries of ${EVENTS} observations, ${EVENTS_PER_REQUEST} a request, ` +
        `${CONCURRENT_REQUESTS} requests at once; ` +
        `turns: ${each(figures[1])}`,
    ],
    [
      "WORKERS=2",
      `${roundToDigits(two)}/s`,
      `${roundToDigits(two / one, 2)} times as many (goal on two cores: 1); turns: ${each(figures[2])}`,
    ],
  ]),
);
await setUp.close();
await agent.destroy();
await receiver.close();
await postgres.stop();
rmSync(dataDir, { recursive: true, force: true });
console.log(
  JSON.stringify({
    oneWorkerPerSecond: roundToDigits(one),
    twoWorkersPerSecond: roundToDigits(two),
    timesOneWorker: roundToDigits(two / one, 2),
  }),
);

/** Measures the deliveries a second of a program with `workers` workers, after a warm-up. */
async function measure(workers: number, prefix: string): Promise<number> {
  const program = await startProgram(workers);
  const deliver = (name: string, count: number) =>
    sendAndAwaitWebhooks({
      prefix: name,
      count,
      make: (id) => makeBenchObservation(id, "answer"),
      send: (observations) => sendObservationsTo(`${program.url}/e/${eventKey}`, observations, agent),
      receiver,
    });
  await deliver(`${prefix}warm`, WARM_UP);
  const { perSecond } = await deliver(prefix, EVENTS);
  await program.stop();
  return perSecond;
}

async function startProgram(workers: number): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ["src/cli/start.mjs"], {
    env: {
      ...process.env,
      PORT: String(port),
      WORKERS: String(workers),
      DATABASE_URL: postgres.connectionString,
      ENCRYPTION_KEY: encryptionKey,
      DATA_DIR: dataDir,
      WEBHOOK_ALLOWED_HOSTS: receiver.host,
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  const onExit = (): void => void child.kill("SIGKILL");
  process.once("exit", onExit);
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null) throw new Error(`The program ended with ${child.exitCode}.`);
    if (performance.now() > deadline) throw new Error("The program does not become healthy.");
    await wait(100);
  }
  return {
    url,
    async stop() {
      process.off("exit", onExit);
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function isHealthy(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/api/health`).catch(() => null);
  return answer?.status === 200;
}
