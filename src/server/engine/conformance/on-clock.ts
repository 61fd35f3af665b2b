import type { Engine } from "../engine";
import { createTestApp, TestClock, waitUntil, type TestDatabase } from "../testing";
import { createObserver, Trial, type Case, type Target } from "./trial";

const WAIT_MS = 10_000;

/**
 * Runs a case on an engine of its own with a test clock. Whenever all work is done, the clock moves to the next due
 * time.
 */
export async function runOnClock(database: TestDatabase, one: Case): Promise<void> {
  const clock = new TestClock();
  const app = createTestApp();
  const target: Target = {
    exact: true,
    reentered: true,
    tellsResults: true,
    earlyMaxMs: 0,
    now: () => clock.now(),
    send: (events) => app.client.send(events),
    async until(isSo, what) {
      const deadline = Date.now() + WAIT_MS;
      while (!isSo()) {
        if (Date.now() > deadline) throw new Error(`Waited in vain for ${what()}`);
        const { busy, next } = await look(database, clock.now());
        // `isSo` is asked again, because the last work may have ended just now.
        if (!busy && next && !isSo()) clock.advance(next.getTime() - clock.now());
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async rest() {
      await waitUntil(async () => !(await look(database, clock.now())).busy);
    },
    advance: (ms) => clock.advance(ms),
  };
  const trial = new Trial(target, "case/");
  const functions = one.functions(trial.app(app.client));
  const observer = createObserver(app.client, (functionId, outcome) => trial.end(functionId, outcome));
  const options = one.retryTable ? {} : { backoff: (attempt: number) => (attempt + 1) * 10_000 };
  const engine: Engine = app.engine(database, [...functions, observer], { clock, ...options });
  await engine.start();
  try {
    await one.run(trial);
  } finally {
    await engine.stop();
    await database.clear();
  }
}

/** Reads whether there is work at this time (`busy`), and when the next work is due. */
async function look(database: TestDatabase, now: number): Promise<{ busy: boolean; next: Date | null }> {
  const [row] = await database.rows<{ busy: boolean; next: Date | null }>(
    `select exists(select from engine.item where state <> 'timer' or due_at <= $1)
         or exists(select from engine.event where not routed) or exists(select from engine.batch_item)
         or exists(select from engine.cron where next_at <= $1) as busy,
       least(
         (select min(due_at) from engine.item where state = 'timer'),
         (select min(next_at) from engine.cron)) as next`,
    [new Date(now)],
  );
  return row ?? { busy: false, next: null };
}
