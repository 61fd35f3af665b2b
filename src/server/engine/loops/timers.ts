import type { EngineContext } from "../context";
import type { Problems } from "../health";
import { finish } from "../run/finish";
import { readItems } from "../run/state";
import { queueThrottled, settleFlow } from "../run/settle";
import { endTimeout, readCalls } from "../run/timeouts";
import { UnitOfWork, type Effects } from "../run/unit-of-work";
import { Loop } from "./loop";
import { startDueCrons } from "./cron";

/** Waits that one transaction ends. */
const WAITS_MAX = 500;

/**
 * Ends what has waited long enough: sleeps, timeouts, retries, starts in the future, debounces, throttles, cron ticks. The
 * database holds all times; this process keeps one timer for the earliest, and looks again with every sweep.
 */
export class Timers {
  readonly #ctx: EngineContext;
  readonly #loop: Loop;
  readonly #onEffects: (effects: Effects) => void;
  #nextAt = Infinity;
  #cancel: () => void = () => undefined;

  constructor(ctx: EngineContext, problems: Problems, onEffects: (effects: Effects) => void) {
    this.#ctx = ctx;
    this.#onEffects = onEffects;
    this.#loop = new Loop("timers", problems, () => this.#round());
  }

  wake(): void {
    this.#loop.wake();
  }

  /** There is a wait that ends at `dueAt` (ms since 1970). */
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
    const functionIds = this.#ctx.functions.all.map((fn) => fn.id);
    this.#nextAt = Infinity;
    for (;;) {
      while (await this.#endDue(now));
      const [next] = await this.#ctx.db.query<{ at: Date | null; flow_at: Date | null }>(NEXT_DUE, [functionIds]);
      // What another process has under its lock just now is looked at again in a moment.
      const settled = next?.flow_at && next.flow_at <= now ? await this.#settle(functionIds, now) : 0;
      if (settled > 0) continue;
      const at = Math.min(next?.at?.getTime() ?? Infinity, next?.flow_at?.getTime() ?? Infinity);
      if (at < Infinity) this.note(Math.max(at, now.getTime() + 1));
      return;
    }
  }

  /** True if there may be more. */
  async #endDue(now: Date): Promise<boolean> {
    const done = await this.#ctx.db.tx(async (tx) => {
      const work = new UnitOfWork(tx, this.#ctx);
      const ended = await endWaits(work, now);
      const started = await startDueCrons(work, now);
      const effects = await finish(work);
      const promoted = await tx.query<{ function_id: string; throttle_key: string | null }>(PROMOTE, [now, WAITS_MAX]);
      await queueThrottled(tx, promoted, now);
      return { effects, ready: promoted.length > 0, more: Math.max(ended, promoted.length, started) >= WAITS_MAX };
    });
    this.#onEffects({ ...done.effects, ready: done.effects.ready || done.ready });
    return done.more;
  }

  async #settle(functionIds: string[], now: Date): Promise<number> {
    const { count, effects } = await this.#ctx.db.tx(async (tx) => {
      const work = new UnitOfWork(tx, this.#ctx);
      return { count: await settleFlow(work, functionIds, now), effects: await finish(work) };
    });
    this.#onEffects(effects);
    return count;
  }
}

/** Retries and future starts become ready to be leased, or stand in line for their throttle. */
const PROMOTE = `
  update engine.item set state = case when throttle_key is null then 'ready' else 'timer' end, due_at = null
   where id in (select id from engine.item where state = 'timer' and kind = 'call' and due_at <= $1
                 order by due_at limit $2 for update skip locked)
   returning function_id, throttle_key`;

const NEXT_DUE = `
  select least((select min(due_at) from engine.item where state = 'timer'), (select min(next_at) from engine.cron)) as at,
         (select min(due_at) from engine.flow where due_at is not null and function_id = any($1)) as flow_at`;

async function endWaits(work: UnitOfWork, now: Date): Promise<number> {
  const due = await work.tx.query<{ id: string; run_id: string }>(
    `select id, run_id from engine.item where state = 'timer' and kind <> 'call' and due_at <= $1 order by due_at limit $2`,
    [now, WAITS_MAX],
  );
  if (due.length === 0) return 0;
  await work.lock(due.map((row) => row.run_id));
  // Read again under the locks: an event or another process may have ended the wait first.
  const items = await readItems(
    work.tx,
    due.map((row) => row.id),
  );
  const timeouts = [...items.values()].filter((item) => item.kind === "timeout");
  const calls = await readCalls(
    work.tx,
    timeouts.map((item) => item.runId),
  );
  for (const item of items.values()) {
    const run = work.run(item.runId);
    if (!run || item.state !== "timer") continue;
    if (item.kind === "timeout") {
      endTimeout(work, run, item, calls);
      continue;
    }
    work.resolved.push({ runId: run.id, stepId: item.stepId });
    const timedOut = JSON.stringify({
      error: { name: "Error", message: "step.invoke: the function did not end in time" },
    });
    work.resume(run, {
      id: item.stepId,
      op: item.kind,
      name: item.kind,
      memo: item.kind === "invoke" ? timedOut : "null",
    });
  }
  return due.length;
}
