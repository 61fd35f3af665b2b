import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startThrowawayPostgres } from "@/server/db/embedded";
import { findFreePort } from "@/server/db/embedded/postmaster";
import { computeQuantile, roundToDigits, formatTable } from "./figures";

/*
 * Measures the time from `npm start` to the first healthy answer: `npm run bench:start`. The program starts on an empty
 * data folder, then again after an orderly end, and after kill -9. The baseline is the start of a PostgreSQL alone,
 * from an empty folder to its first answer.
 */

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const POLL_MS = 20;

// The first start is not measured, because it installs and builds what is missing.
await (await startProgram(mkdtempSync(join(tmpdir(), "trigger-system-bench-start-")))).end("SIGTERM", true);
const [first, again, afterKill, alone]: [number[], number[], number[], number[]] = [[], [], [], []];
for (let n = 0; n < ROUNDS; n++) {
  const folder = mkdtempSync(join(tmpdir(), "trigger-system-bench-start-"));
  const program = await startProgram(folder);
  first.push(program.tookMs);
  await program.end("SIGTERM");
  const second = await startProgram(folder);
  again.push(second.tookMs);
  await second.end("SIGKILL");
  const third = await startProgram(folder);
  afterKill.push(third.tookMs);
  await third.end("SIGTERM", true);
  const start = performance.now();
  const postgres = await startThrowawayPostgres({});
  alone.push(performance.now() - start);
  await postgres.stop();
}
const figures = {
  startMs: median(again),
  firstStartMs: median(first),
  afterKillMs: median(afterKill),
  postgresAloneMs: median(alone),
};
const row = (name: string, values: number[], note: string): string[] => [
  name,
  `${median(values)} ms`,
  `${note}; rounds: ${values.map((value) => roundToDigits(value, 0)).join(" ")}`,
];
console.log(
  formatTable([
    row("started", again, "to the first healthy answer, on data that is there"),
    row("first start", first, "with a new database, the first admin and the demo project"),
    row("after kill -9", afterKill, "takes over the database that was left running"),
    row("PostgreSQL alone", alone, "a new folder, to its first answer"),
  ]),
);
console.log(JSON.stringify(figures));

function median(values: readonly number[]): number {
  return roundToDigits(computeQuantile(values, 0.5), 0);
}

async function startProgram(folder: string) {
  const port = await findFreePort();
  const start = performance.now();
  const child = spawn(process.execPath, ["src/cli/start.mjs"], {
    env: { ...process.env, PORT: String(port), DATA_DIR: folder, DATABASE_URL: "" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  while (!(await isHealthy(port))) {
    if (child.exitCode !== null) throw new Error(`The program ended with ${child.exitCode}.`);
    await wait(POLL_MS);
  }
  return {
    tookMs: performance.now() - start,
    async end(signal: "SIGTERM" | "SIGKILL", isLast = false): Promise<void> {
      child.kill(signal);
      await ended;
      if (isLast) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isHealthy(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => null);
  return answer?.status === 200;
}
