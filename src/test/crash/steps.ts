import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { createTestApp, type TestDatabase } from "@/server/engine/testing";
import { forkModule } from "../fork-module";
import type { Stage } from "./scenarios";
import { resultOf, STEPS } from "./steps-functions";

/** The account of runs whose processes were killed again and again. */
export type StepsAccount = {
  kills: number;
  runs: number;
  /** steps whose result the engine stored */
  steps: number;
  /** executions of steps, also interrupted ones */
  stepExecutions: number;
  /** executions of steps whose result was already stored; must be 0 */
  stepsRunAgain: number;
  violations: string[];
};

const SETTLE_WITHIN_MS = 60_000;
const EVENTS_PER_KILL = 12;
const LOST_MAX = 8;

/**
 * Tests the engine without the product: kills processes that work on runs of several steps, and counts each execution
 * of a step.
 */
export async function killAmongSteps(stage: Stage, kills: number): Promise<StepsAccount> {
  const url = await stage.postgres.createDatabase();
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on("error", () => undefined);
  let worker: ChildProcess | undefined;
  try {
    const app = createTestApp();
    // This engine takes events and runs no function. So an event that it took does not depend on the life of a worker.
    const intake = app.engine({ url, pool } as TestDatabase, []);
    await intake.migrate();
    await pool.query("CREATE TABLE note (run_id text, step text, attempt int, process int, remembered boolean)");
    let n = 0;
    for (let kill = 1; kill <= kills; kill++) {
      worker = await startWorker(url);
      await app.client.send(Array.from({ length: EVENTS_PER_KILL }, () => ({ name: "walk", data: { n: n++ } })));
      await wait(stage.random.between(0, 250));
      await untilNoneIsLostTooOften(pool);
      await end(worker);
      stage.onProgress?.(`kill ${kill} of ${kills}, among steps`);
    }
    worker = await startWorker(url);
    await settle(pool, n);
    return { kills, ...(await draw(pool, n)) };
  } finally {
    if (worker) await end(worker);
    await pool.end();
  }
}

/**
 * Waits until no call has lost its process more than seven times. Ten losses count as a failed try by design, which
 * would look like a fault here.
 */
async function untilNoneIsLostTooOften(pool: pg.Pool): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ lost: number }>("SELECT coalesce(max(lost), 0) AS lost FROM engine.item");
    if (rows[0]!.lost < LOST_MAX) return;
    await wait(20);
  }
}

async function startWorker(url: string): Promise<ChildProcess> {
  const file = new URL("./steps-worker.ts", import.meta.url);
  const worker = forkModule(file, { args: [url], stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const [first] = (await Promise.race([once(worker, "message"), once(worker, "exit")])) as unknown[];
  if (first !== "ready") throw new Error(`The worker ended with ${String(first)}`);
  return worker;
}

async function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, "exit");
  worker.kill("SIGKILL");
  await ended;
}

async function settle(pool: pg.Pool, runs: number): Promise<void> {
  const deadline = Date.now() + SETTLE_WITHIN_MS;
  for (;;) {
    const { rows } = await pool.query<{ ended: number }>(
      "SELECT count(*)::int AS ended FROM engine.run WHERE status <> 'running'",
    );
    if (rows[0]!.ended === runs) return;
    if (Date.now() > deadline)
      throw new Error(`${rows[0]!.ended} of ${runs} runs have ended after ${SETTLE_WITHIN_MS} ms`);
    await wait(50);
  }
}

type Run = { id: string; n: number; status: string; output: string | null; steps: string[] };

async function draw(pool: pg.Pool, sent: number): Promise<Omit<StepsAccount, "kills">> {
  const { rows: runs } = await pool.query<Run>(
    `SELECT r.id, (e.data::json->>'n')::int AS n, r.status, r.output,
            (SELECT array_agg(s.name ORDER BY s.name) FROM engine.step s WHERE s.run_id = r.id
              AND s.name <> 'sleep') AS steps
       FROM engine.run r JOIN engine.event e ON e.id = r.event_ids[1]`,
  );
  const { rows: again } = await pool.query<{ run_id: string; step: string }>(
    "SELECT run_id, step FROM note WHERE remembered",
  );
  const { rows: twice } = await pool.query<{ run_id: string; step: string }>(
    "SELECT run_id, step FROM note GROUP BY run_id, step, process HAVING count(*) > 1",
  );
  const { rows: tries } = await pool.query<{ run_id: string; step: string }>(
    "SELECT run_id, step FROM note WHERE attempt > 0",
  );
  const { rows: noted } = await pool.query<{ n: number; pairs: number }>(
    "SELECT count(*)::int AS n, count(DISTINCT (run_id, step))::int AS pairs FROM note",
  );
  const { n: stepExecutions, pairs } = noted[0]!;
  const steps = runs.reduce((sum, run) => sum + (run.steps?.length ?? 0), 0);
  const violations = [
    ...(runs.length === sent && new Set(runs.map(({ n }) => n)).size === sent
      ? []
      : [`${sent} events made ${runs.length} runs`]),
    ...runs
      .filter((run) => run.status !== "completed" || run.output !== String(resultOf(run.n)))
      .map((run) => `run ${run.id} is ${run.status} with ${run.output}`),
    ...runs
      .filter((run) => run.steps?.join() !== STEPS.join())
      .map((run) => `run ${run.id} remembers the steps ${run.steps?.join() ?? "none"}`),
    ...again.map(({ run_id: id, step }) => `step ${step} of run ${id} was remembered, and ran again`),
    ...twice.map(({ run_id: id, step }) => `step ${step} of run ${id} ran twice in one process`),
    ...tries.map(({ run_id: id, step }) => `a kill cost step ${step} of run ${id} a try`),
    ...(pairs === steps ? [] : [`${pairs} steps ran, and ${steps} are remembered`]),
  ];
  return { runs: runs.length, steps, stepExecutions, stepsRunAgain: again.length, violations };
}
