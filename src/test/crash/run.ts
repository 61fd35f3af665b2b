import { startCrashPostgres } from "./postgres";
import { createRandom } from "../random";
import { boundsOf, printTable, type Result, type ScenarioRow } from "./report";
import {
  killAlternately,
  killOneOfTwo,
  killRepeatedly,
  measureRestarts,
  stopDatabase,
  type Outcome,
  type Stage,
} from "./scenarios";
import { killAmongSteps } from "./steps";

/** The size of each scenario: kills, rounds and seconds. */
const sizes = {
  kills: Number(process.env.KILLS ?? 300),
  alternateKills: Number(process.env.ALTERNATE_KILLS ?? 30),
  stepKills: Number(process.env.STEP_KILLS ?? 40),
  rounds: Number(process.env.ROUNDS ?? 5),
  databaseAwayMs: Number(process.env.DATABASE_AWAY_SECONDS ?? 30) * 1_000,
};
/** At most this many violations are printed; of further ones only the number. */
const SHOWN_MAX = 50;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));

/**
 * Runs the crash tests at length, on a PostgreSQL of their own. Prints the progress and a table of the figures. The
 * last line has the figures as one JSON object. @returns whether no guarantee is broken
 */
export async function runCrashTests(): Promise<boolean> {
  console.log(`Crash tests with SEED=${seed} (repeats their choices of moments)`);
  const from = Date.now();
  const since = (): string => `${((Date.now() - from) / 1_000).toFixed(0).padStart(4)} s`;
  const postgres = await startCrashPostgres();
  const rows: ScenarioRow[] = [];
  const play = async (name: string, scenario: (stage: Stage) => Promise<Result>): Promise<void> => {
    const onProgress = (line: string): void => console.log(`${since()}  ${line}`);
    const row = await scenario({ postgres, random: createRandom(seed), onProgress }).catch((error: unknown) =>
      failed(error),
    );
    rows.push({ name, ...row, violations: [...row.violations, ...boundsOf(row)] });
    console.log(`${since()}  ${name}: ${rows.at(-1)!.violations.length === 0 ? "in order" : "VIOLATED"}`);
    // Printed at once and not only in the table, so that a run that is ended early has shown it.
    const { violations, ...numbers } = rows.at(-1)!;
    console.log(JSON.stringify({ ...numbers, violations: violations.slice(0, SHOWN_MAX) }));
  };
  try {
    await play("one process, killed", async (stage) => flat(await killRepeatedly(stage, sizes.kills)));
    await play("two processes, killed in turns", async (stage) =>
      flat(await killAlternately(stage, sizes.alternateKills)),
    );
    await play("one process, restarted", async (stage) => flat(await measureRestarts(stage, sizes.rounds)));
    await play("two processes, one stays dead", async (stage) => flat(await killOneOfTwo(stage, sizes.rounds)));
    await play("database killed", async (stage) => flat(await stopDatabase(stage, "immediate", sizes.databaseAwayMs)));
    await play("database stopped", async (stage) => flat(await stopDatabase(stage, "fast", sizes.databaseAwayMs)));
    await play("engine alone, steps", async (stage) => killAmongSteps(stage, sizes.stepKills));
  } finally {
    await postgres.close();
  }
  const violations = rows.flatMap((row) => row.violations.map((violation) => `${row.name}: ${violation}`));
  printTable(rows);
  for (const violation of violations.slice(0, SHOWN_MAX)) console.log(`VIOLATED  ${violation}`);
  const scenarios = rows.map((row) => ({ ...row, violations: row.violations.length }));
  const seconds = Math.round((Date.now() - from) / 1_000);
  console.log(JSON.stringify({ ok: violations.length === 0, seed, seconds, violations: violations.length, scenarios }));
  return violations.length === 0;
}

/** Makes a row of the table: numbers, and what is wrong. */
const flat = ({ account: { engine, ...account }, ...rest }: Outcome): Result => ({
  ...rest,
  ...account,
  runs: engine.runs,
  steps: engine.steps,
});

const failed = (error: unknown): Result => ({ kills: 0, violations: [(error as Error).stack ?? String(error)] });
