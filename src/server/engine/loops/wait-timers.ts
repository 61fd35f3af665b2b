import type { EngineContext } from "../context";
import type { EngineProblems } from "../engine-problems";
import { finishUnitOfWork } from "../run/finish-unit-of-work";
import { readLockedWorkItems } from "../run/locked-run";
import { UnitOfWork, type WorkAfterCommit } from "../run/unit-of-work";
import { WakeableLoop } from "./wakeable-loop";
import { startDueCrons } from "./cron-runs";

/** The most sleeping steps that one transaction ends. */
const WAITS_MAX = 500;

/**
 * Continues runs whose waiting time has ended: sleeps, retries, future starts and cron times. All times are in the
 * database. Each process has one timer for the earliest time, and every sweep looks for due times too.
 */
export class WaitTimers {
  readonly #ctx: EngineContext;
  readonly #loop: WakeableLoop;
  readonly #onEffects: (effects: WorkAfterCommit) => void;
  #nextAt = Infinity;
  #cancel: () => void = () => undefined;

  constructor(ctx: EngineContext, problems: EngineProblems, onEffects: (effects: WorkAfterCommit) => void) {
    this.#ctx = ctx;
    this.#onEffects = onEffects;
    this.#loop = new WakeableLoop("timers", problems, () => this.#round());
  }

  wake(): void {
    this.#loop.wake();
  }

  /** Sets the timer to `dueAt` (ms since 1970) if that is earlier than the time for which the timer is set. */
  note(dueAt: number): void {
    if (dueAt >= this.#nextAt) return;
    this.#nextAt = dueAt;
    this.#cancel();
    this.#cancel = this.#ctx.clock.schedule(dueAt, () => this.wake());
  }

  async stop(): Promise<void> {
    this.#cancel();
    await this.#loop.stop();
  }

  async #round(): Promise<void> {
    const now = new Date(this.#ctx.clock.now());
    this.#nextAt = Infinity;
    while (await this.#endDue(now));
    const [next] = await this.#ctx.db.query<{ at: Date | null }>(NEXT_DUE);
    // If the earliest row is due already, another process holds its lock now. The timer then fires again after 1 ms.
    if (next?.at) this.note(Math.max(next.at.getTime(), now.getTime() + 1));
  }

  /** Ends due sleeps, starts due cron triggers, and makes due calls ready. Returns true if more may be due. */
  async #endDue(now: Date): Promise<boolean> {
    const done = await this.#ctx.db.tx(async (tx) => {
      const work = new UnitOfWork(this.#ctx, tx);
      const ended = await endSleeps(work, now);
      const started = await startDueCrons(work, now);
      const effects = await finishUnitOfWork(work);
      const promoted = await tx.query(PROMOTE, [now, WAITS_MAX]);
      return { effects, ready: promoted.length > 0, more: Math.max(ended, promoted.length, started) >= WAITS_MAX };
    });
    this.#onEffects({ ...done.effects, ready: done.effects.ready || done.ready });
    return done.more;
  }
}

/** SQL that makes due retries and future starts ready to be leased. */
const PROMOTE = `
  update engine.item set state = 'ready', due_at = null
   where id in (select id from engine.item where state = 'timer' and kind = 'call' and due_at <= $1
                 order by due_at limit $2 for update skip locked)
   returning id`;

const NEXT_DUE = `
  select least(
    (select min(due_at) from engine.item where state = 'timer'),
    (select min(next_at) from engine.cron)) as at`;

async function endSleeps(work: UnitOfWork, now: Date): Promise<number> {
  const due = await work.tx.query<{ id: string; run_id: string }>(
    `
      select id, run_id from engine.item
        where state = 'timer' and kind <> 'call' and due_at <= $1 order by due_at limit $2`,
    [now, WAITS_MAX],
  );
  if (due.length === 0) return 0;
  await work.lock(due.map((row) => row.run_id));
  // The items are read again under the locks of their runs. Another process may have ended the run or the sleep.
  const items = await readLockedWorkItems(
    work.tx,
    due.map((row) => row.id),
  );
  for (const item of items.values()) {
    const run = work.run(item.runId);
    if (!run || item.state !== "timer") continue;
    work.doneItems.push(item.id);
    work.resume(run, { id: item.stepId, op: "sleep", name: "sleep", memo: "null" });
  }
  return due.length;
}
