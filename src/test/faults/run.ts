import { startThrowawayPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { roundToDigits, formatTable } from "@/bench/figures";
import { startCrashPostgres } from "../crash/postgres";
import { createRandom } from "../random";
import { killOneOfTwo, killRepeatedly, stopDatabase, type Outcome, type Stage } from "../crash/scenarios";
import { drawUpAccount, type FaultAccount } from "./account";
import { scenarios, type Scenario } from "./scenarios";
import { createFaultWorld } from "./world";

/** The size of the run: events for each fault, kills of each kind, and how long the database is away. */
const sizes = {
  events: Number(process.env.EVENTS ?? 40),
  kills: Number(process.env.KILLS ?? 20),
  databaseAwayMs: Number(process.env.DATABASE_AWAY_SECONDS ?? 30) * 1_000,
};

/** Plays a fault in a world of its own. @returns the account, with what the fault itself found broken */
export async function playFault(connectionString: string, { play }: Scenario, size: number): Promise<FaultAccount> {
  const world = await createFaultWorld(connectionString);
  try {
    const violations = await play(world, size);
    const account = await drawUpAccount(world, connectionString);
    return { ...account, violations: [...violations, ...account.violations] };
  } finally {
    await world.close();
  }
}

/**
 * Plays all faults at length: first those of deliveries, with a clock that the test moves; then kills and a stop of the
 * database, with real processes. Prints a table of the figures. The last line has the figures as one JSON object.
 * @returns whether no guarantee is broken
 */
export async function runFaultTests(): Promise<boolean> {
  const rows: (FaultAccount & { name: string })[] = [];
  const postgres = await startThrowawayPostgres({});
  await applyMigrations(postgres.connectionString);
  try {
    for (const scenario of scenarios)
      rows.push({ name: scenario.name, ...(await playFault(postgres.connectionString, scenario, sizes.events)) });
  } finally {
    await postgres.stop();
  }
  const crash = await startCrashPostgres();
  const stage = (): Stage => ({ postgres: crash, random: createRandom(Math.floor(Math.random() * 1e9)) });
  try {
    rows.push(
      fromCrash("the program is killed again and again under load", await killRepeatedly(stage(), sizes.kills)),
    );
    rows.push(fromCrash("of two processes one is killed", await killOneOfTwo(stage(), 2)));
    rows.push(
      fromCrash(
        `the database is gone for ${roundToDigits(sizes.databaseAwayMs / 1_000)} s`,
        await stopDatabase(stage(), "immediate", sizes.databaseAwayMs),
      ),
    );
  } finally {
    await crash.close();
  }
  const cells = (row: FaultAccount): string[] =>
    [
      row.accepted,
      row.executions,
      row.completed,
      row.ended,
      row.waiting,
      row.attempts,
      row.outcomeUnknown,
      row.receipts,
      row.repeated,
      row.violations.length,
    ].map(String);
  console.log(
    formatTable([
      [
        "fault",
        "accepted",
        "executions",
        "completed",
        "ended",
        "waiting",
        "attempts",
        "unknown",
        "receipts",
        "repeated",
        "violations",
      ],
      ...rows.map((row) => [row.name, ...cells(row)]),
    ]),
  );
  const violations = rows.flatMap((row) => row.violations.map((violation) => `${row.name}: ${violation}`));
  for (const violation of violations) console.log(`VIOLATED  ${violation}`);
  console.log(
    JSON.stringify({
      ok: violations.length === 0,
      violations: violations.length,
      faults: rows.map((row) => ({ ...row, violations: row.violations.length })),
    }),
  );
  return violations.length === 0;
}

function fromCrash(name: string, { account }: Outcome): FaultAccount & { name: string } {
  const {
    accepted,
    executions,
    completed,
    cancelled,
    gaveUp,
    attempts,
    outcomeUnknown,
    receipts,
    repeatedReceipts,
    violations,
  } = account;
  return {
    name,
    accepted,
    executions,
    completed,
    ended: cancelled + gaveUp,
    waiting: executions - completed - cancelled - gaveUp,
    attempts,
    outcomeUnknown,
    receipts,
    repeated: repeatedReceipts,
    violations,
  };
}
