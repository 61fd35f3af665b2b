import { setTimeout as wait } from "node:timers/promises";
import { drawUpAccount, type Account } from "./account";
import type { Load } from "./load";
import type { CrashPostgres } from "./postgres";
import type { Random } from "../random";
import { killAndWatch, worstOf, type Takeover } from "./takeover";
import { createWorld, type World } from "./world";

/** The means of a scenario: a PostgreSQL and a source of random numbers. */
export type Stage = {
  postgres: CrashPostgres;
  random: Random;
  /** called with a line after each kill */
  onProgress?: (line: string) => void;
};

export type Outcome = {
  kills: number;
  /** from the last event to the end of all work, ms */
  settledMs: number;
  account: Account;
};

/**
 * A test waits at most this time, ms, for all work to end. A wake that was lost with its process is asked for again
 * only after a minute.
 */
const SETTLE_WITHIN_MS = 120_000;

/**
 * Runs one scenario: starts the processes, sends events while `act` runs, waits until all work is done, and draws up
 * the account.
 */
async function perform<T>(
  stage: Stage,
  appCount: number,
  act: (world: World, load: Load) => Promise<T>,
): Promise<T & Omit<Outcome, "kills">> {
  const world = await createWorld(stage.postgres, stage.random, appCount);
  try {
    await Promise.all(world.apps.map((app) => app.start()));
    const load = world.startLoad();
    const result = await act(world, load);
    await load.stop();
    const settledMs = await world.settle(SETTLE_WITHIN_MS);
    return { ...result, settledMs, account: await drawUpAccount(world, load) };
  } finally {
    await world.close();
  }
}

/**
 * The time of the next kill. Three in ten kills come while the process starts, most within 400 ms after it is ready,
 * and some later, so that the process also has work older than itself.
 */
type Moment = { duringStart: boolean; afterMs: number };
function nextMoment(random: Random): Moment {
  const dice = random.next();
  if (dice < 0.3) return { duringStart: true, afterMs: random.between(0, 1_200) };
  return { duringStart: false, afterMs: dice < 0.88 ? random.between(0, 400) : random.between(400, 2_500) };
}

/** Kills one process again and again while events arrive. After each kill it is started again. */
export async function killRepeatedly(stage: Stage, kills: number): Promise<Outcome & { duringStart: number }> {
  return perform(stage, 1, async ({ apps: [app] }) => {
    let duringStart = 0;
    for (let n = 1; n <= kills; n++) {
      const moment = nextMoment(stage.random);
      if (!app!.isRunning()) {
        if (moment.duringStart) app!.launch();
        else await app!.start();
        duringStart += moment.duringStart ? 1 : 0;
      }
      await wait(moment.afterMs);
      await app!.kill();
      stage.onProgress?.(
        `kill ${n} of ${kills}, ${moment.afterMs} ms after ${moment.duringStart ? "its start" : "it was ready"}`,
      );
    }
    await app!.start();
    return { kills, duringStart };
  });
}

/**
 * Kills one process and starts it again, at intervals of seconds. Measures how soon the work of the killed process is
 * given back.
 */
export async function measureRestarts(stage: Stage, rounds: number): Promise<Outcome & { takeover: Takeover }> {
  return perform(stage, 1, async (world) => {
    const takeovers: Takeover[] = [];
    for (let n = 1; n <= rounds; n++) {
      await wait(stage.random.between(1_000, 2_500));
      takeovers.push(await killAndWatch(world, world.apps[0]!, () => world.apps[0]!.start()));
      stage.onProgress?.(`restart ${n} of ${rounds}`);
    }
    return { kills: rounds, takeover: worstOf(takeovers) };
  });
}

/**
 * Runs two processes on one database and kills one, which stays away. In a further round it is started again and the
 * other one is killed.
 */
export async function killOneOfTwo(stage: Stage, rounds: number): Promise<Outcome & { takeover: Takeover }> {
  return perform(stage, 2, async (world) => {
    const takeovers: Takeover[] = [];
    for (let n = 1; n <= rounds; n++) {
      const app = world.apps[n % 2]!;
      if (!world.apps.every((one) => one.isRunning()))
        await Promise.all(world.apps.filter((one) => !one.isRunning()).map((one) => one.start()));
      await wait(stage.random.between(1_000, 2_500));
      takeovers.push(await killAndWatch(world, app));
      stage.onProgress?.(`one of two killed, ${n} of ${rounds}`);
    }
    return { kills: rounds, takeover: worstOf(takeovers) };
  });
}

/** Kills two processes in turns. While one starts, the other one works, until its turn comes. */
export async function killAlternately(stage: Stage, kills: number): Promise<Outcome> {
  return perform(stage, 2, async ({ apps }) => {
    for (let n = 1; n <= kills; n++) {
      const app = apps[n % 2]!;
      if (!app.isRunning()) await app.start();
      await wait(stage.random.between(0, 800));
      await app.kill();
      app.launch();
      stage.onProgress?.(`kill ${n} of ${kills}, of two in turns`);
    }
    await Promise.all(apps.map((app) => app.kill()));
    await Promise.all(apps.map((app) => app.start()));
    return { kills: kills + 2 };
  });
}

/** An outage of the database, with the answers that senders got meanwhile. */
export type Outage = {
  mode: "fast" | "immediate";
  stoppedMs: number;
  refused: number;
  slowestMs: number;
  /** ms from the database's return to the next accepted request */
  backMs: number;
};

/** Requests that were under way when the database stopped may take at most this time, ms. */
const ANSWER_WITHIN_MS = 10_000;
const BEFORE_MS = 1_500;
const AFTER_MS = 1_500;

/**
 * Stops the database while events arrive, and starts it again on the same data. The program's process keeps running.
 */
export async function stopDatabase(
  stage: Stage,
  mode: Outage["mode"],
  stoppedMs: number,
): Promise<Outcome & { outage: Outage }> {
  const result = await perform(stage, 1, async (world, load) => {
    await wait(BEFORE_MS);
    await stage.postgres.stop(mode);
    const stoppedAt = Date.now();
    await wait(stoppedMs);
    await stage.postgres.start();
    const startedAt = Date.now();
    stage.onProgress?.(`the database was stopped (${mode}) for ${startedAt - stoppedAt} ms`);
    const isBack = (): boolean => load.answers.some(({ status, at }) => status === 200 && at > startedAt);
    while (!isBack() && world.apps[0]!.isRunning()) await wait(20);
    const backMs = Date.now() - startedAt;
    await wait(AFTER_MS);
    const during = load.answers.filter(({ at }) => at >= stoppedAt && at < startedAt);
    const wrong = during.filter(({ status }) => status !== 503 && status !== 200);
    const slow = during.filter(({ durationMs }) => durationMs > ANSWER_WITHIN_MS);
    const violations = [
      ...wrong.map(({ status }) => `while the database was away a request was answered ${status ?? "not at all"}`),
      ...slow.map(({ durationMs }) => `while the database was away an answer took ${durationMs} ms`),
      ...(world.apps[0]!.isRunning()
        ? []
        : [`the program ended when the database did: ${world.apps[0]!.endedByThemselves.join("; ")}`]),
    ];
    const refused = during.filter(({ status }) => status === 503);
    const slowestMs = Math.max(0, ...during.map((one) => one.durationMs));
    const outage: Outage = { mode, stoppedMs: startedAt - stoppedAt, refused: refused.length, slowestMs, backMs };
    return { kills: 0, outage, violations };
  });
  const { violations, account, ...rest } = result;
  return { ...rest, account: { ...account, violations: [...violations, ...account.violations] } };
}
