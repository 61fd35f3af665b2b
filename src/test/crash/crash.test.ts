import { afterAll, beforeAll, expect, test } from "vitest";
import { startCrashPostgres, type CrashPostgres } from "./postgres";
import { createRandom } from "../random";
import { boundsOf } from "./report";
import { killOneOfTwo, killRepeatedly, stopDatabase, type Outcome } from "./scenarios";
import { killAmongSteps } from "./steps";

/** Short forms of what `npm run test:crash` does at length. SEED=<number> repeats a run's choices. */
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
let postgres: CrashPostgres;

beforeAll(async () => {
  postgres = await startCrashPostgres();
});
afterAll(() => postgres.close());

/**
 * A process that is killed between marking a wake and sending it costs a minute: after that the mark counts as lost.
 */
const PATIENTLY = { timeout: 180_000 };

const stage = () => ({ postgres, random: createRandom(seed) });

/** Expects that nothing that was sent is lost or doubled, and that receivers got it. */
function expectInOrder({ account }: Outcome): void {
  expect(account.violations, `with SEED=${seed}`).toEqual([]);
  expect(account.executions).toBeGreaterThan(10);
  expect(account).toMatchObject({ lost: 0, duplicateExecutions: 0 });
}

test("killed again and again under load, nothing is lost and nothing is done twice", PATIENTLY, async () => {
  expectInOrder(await killRepeatedly(stage(), 4));
});

test("of two processes one is killed: the other finishes what both had taken", PATIENTLY, async () => {
  expectInOrder(await killOneOfTwo(stage(), 1));
});

test("the database goes away under load and comes back: senders are told, and nothing is lost", PATIENTLY, async () => {
  const outcome = await stopDatabase(stage(), "immediate", 3_000);
  expectInOrder(outcome);
  expect(outcome.outage.refused).toBeGreaterThan(0);
  expect(boundsOf({ kills: 0, violations: [], settledMs: outcome.settledMs, outage: outcome.outage })).toEqual([]);
});

test("a step that is remembered does not run again, whenever its process is killed", async () => {
  const account = await killAmongSteps(stage(), 4);
  expect(account.violations, `with SEED=${seed}`).toEqual([]);
  expect(account.stepExecutions).toBeGreaterThanOrEqual(account.steps);
});
