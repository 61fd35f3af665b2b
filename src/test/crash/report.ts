import type { Account } from "./account";
import type { Outage } from "./scenarios";
import type { StepsAccount } from "./steps";
import type { Takeover } from "./takeover";

/** The figures of one scenario. Those that it does not measure are missing. */
export type ScenarioRow = { name: string } & Result;
export type Result = {
  kills: number;
  violations: string[];
  settledMs?: number;
  takeover?: Takeover;
  outage?: Outage;
  runs?: number;
  steps?: number;
} & Partial<Omit<Account, "engine" | "violations"> & Omit<StepsAccount, "violations">>;

/** After a kill, another process or the restarted one takes up the work of the killed one within this time, ms. */
const TAKEOVER_WITHIN_MS = 5_000;
/** After the database is back, an event is accepted within this time, ms. */
const BACK_WITHIN_MS = 10_000;
/**
 * Work that was under way when the database stopped is done within this time, ms, after its return. The engine tries a
 * failed call again after 1 s and 5 s, then by its backoff.
 */
const DONE_WITHIN_MS = 30_000;

/** Lists the time limits that a scenario exceeded, in words. */
export function boundsOf({ takeover, outage, settledMs }: Result): string[] {
  const late: [string, number | null | undefined, number][] = [
    ["until the first call of a killed process was given back", takeover?.firstCallMs, TAKEOVER_WITHIN_MS],
    ["until the last call of a killed process was given back", takeover?.lastCallMs, TAKEOVER_WITHIN_MS],
    [
      "until the first execution of a killed process was taken up again",
      takeover?.firstExecutionMs,
      TAKEOVER_WITHIN_MS,
    ],
    ["until an event was accepted after the database's return", outage?.backMs, BACK_WITHIN_MS],
    ["until all was done after the database's return", outage && settledMs, DONE_WITHIN_MS],
  ];
  return late.flatMap(([what, ms, bound]) =>
    typeof ms === "number" && ms > bound ? [`it took ${ms} ms ${what}; at most ${bound}`] : [],
  );
}

const LINES: [string, (row: ScenarioRow) => unknown][] = [
  ["processes killed", (row) => row.kills],
  ["observations sent", (row) => row.observations],
  ["events accepted (200)", (row) => row.accepted],
  ["events with unknown outcome", (row) => row.unknown],
  ["executions", (row) => row.executions],
  ["  completed", (row) => row.completed],
  ["  cancelled", (row) => row.cancelled],
  ["  gave up after 5 unknown outcomes", (row) => row.gaveUp],
  ["attempts", (row) => row.attempts],
  ["  outcome unknown", (row) => row.outcomeUnknown],
  ["receipts", (row) => row.receipts],
  ["  repeated, same webhook id", (row) => row.repeatedReceipts],
  ["lost", (row) => row.lost],
  ["duplicate executions", (row) => row.duplicateExecutions],
  ["runs of the engine", (row) => row.runs],
  ["steps remembered", (row) => row.steps],
  ["steps executed", (row) => row.stepExecutions],
  ["remembered steps run again", (row) => row.stepsRunAgain],
  ["all done after the last event, ms", (row) => row.settledMs],
  ["calls held by killed processes", (row) => row.takeover?.calls],
  ["  first given back after, ms (worst)", (row) => row.takeover?.firstCallMs],
  ["  last given back after, ms (worst)", (row) => row.takeover?.lastCallMs],
  ["requests held by killed processes", (row) => row.takeover?.executions],
  ["  first taken up after, ms (worst)", (row) => row.takeover?.firstExecutionMs],
  ["  last taken up after, ms (worst)", (row) => row.takeover?.lastExecutionMs],
  ["database away, ms", (row) => row.outage?.stoppedMs],
  ["requests refused meanwhile (503)", (row) => row.outage?.refused],
  ["  slowest answer, ms", (row) => row.outage?.slowestMs],
  ["accepted again after, ms", (row) => row.outage?.backMs],
  ["violations", (row) => row.violations.length],
];

/** Prints the figures of all scenarios as a table, one column each. */
export function printTable(rows: readonly ScenarioRow[]): void {
  const label = Math.max(...LINES.map(([name]) => name.length));
  console.log(`\n${rows.map((row, index) => `(${index + 1}) ${row.name}`).join("\n")}\n`);
  console.log(`${"".padEnd(label)}${rows.map((_, index) => `(${index + 1})`.padStart(9)).join("")}`);
  for (const [name, read] of LINES) {
    const cells = rows.map((row) => String(read(row) ?? "-").padStart(9));
    console.log(name.padEnd(label) + cells.join(""));
  }
  console.log("");
}
