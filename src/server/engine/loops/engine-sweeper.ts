import type { Backlog } from "../backlog";
import type { EngineContext } from "../context";
import type { EngineProblems } from "../engine-problems";
import { finishUnitOfWork } from "../run/finish-unit-of-work";
import { takeUnroutedEvents } from "../run/load-events";
import { routeEvents } from "../run/route-events";
import { UnitOfWork, type WorkAfterCommit } from "../run/unit-of-work";
import type { CallExecutor } from "./call-executor";
import { WakeableLoop } from "./wakeable-loop";
import type { ProcessPresence } from "./process-presence";
import type { HistoryPruner } from "./history-pruner";
import { recoverLeases, renewLeases } from "./process-leases";

const SWEEP_MS = 2000;
const PRUNE_MS = 60_000;
const EVENTS_MAX = 1000;

/** The parts of the engine that the sweeper calls. */
type SweptParts = {
  presence: ProcessPresence;
  executor: CallExecutor;
  pruner: HistoryPruner;
  backlog: Backlog;
  onEffects: (effects: WorkAfterCommit) => void;
  lookAround: () => void;
};

/**
 * Repeats the engine's upkeep every two seconds of real time. It renews leases, releases the leases of dead processes,
 * routes events that no process has routed, and counts the backlog. It also looks for work whose signal was lost. Once
 * a minute it deletes old history.
 */
export class EngineSweeper {
  readonly #ctx: EngineContext;
  readonly #presence: ProcessPresence;
  readonly #executor: CallExecutor;
  readonly #pruner: HistoryPruner;
  readonly #backlog: Backlog;
  readonly #onEffects: (effects: WorkAfterCommit) => void;
  readonly #lookAround: () => void;
  readonly #loop: WakeableLoop;
  readonly #pruning: WakeableLoop;
  #interval: NodeJS.Timeout | null = null;
  #prunedAt = Date.now();

  constructor(
    ctx: EngineContext,
    problems: EngineProblems,
    { presence, executor, pruner, backlog, onEffects, lookAround }: SweptParts,
  ) {
    this.#ctx = ctx;
    this.#presence = presence;
    this.#executor = executor;
    this.#pruner = pruner;
    this.#backlog = backlog;
    this.#onEffects = onEffects;
    this.#lookAround = lookAround;
    this.#loop = new WakeableLoop("sweep", problems, () => this.sweep());
    this.#pruning = new WakeableLoop("pruning", problems, () => this.#pruner.prune());
  }

  /** Runs one sweep, and then another every two seconds. */
  async start(): Promise<void> {
    await this.sweep();
    this.#interval = setInterval(() => {
      this.#loop.wake();
      if (Date.now() - this.#prunedAt < PRUNE_MS) return;
      this.#prunedAt = Date.now();
      this.#pruning.wake();
    }, SWEEP_MS);
    this.#interval.unref();
  }

  wake(): void {
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    if (this.#interval) clearInterval(this.#interval);
    await Promise.all([this.#loop.stop(), this.#pruning.stop()]);
  }

  async sweep(): Promise<void> {
    await renewLeases(this.#ctx, this.#executor.held);
    const { items, processes, alive } = await recoverLeases(this.#ctx, new Set(this.#executor.held.keys()));
    if (items + processes > 0)
      this.#ctx.log.warn({ items, processes }, "engine: took over from a process that died or stalled");
    this.#presence.peers = alive;
    while ((await this.#route()) === EVENTS_MAX);
    await this.#backlog.count();
    this.#lookAround();
  }

  /** Routes stored events that no process has routed yet: it starts the functions that listen to them. */
  async #route(): Promise<number> {
    return this.#ctx.db.tx(async (tx) => {
      const events = await takeUnroutedEvents(tx, EVENTS_MAX);
      if (events.length === 0) return 0;
      const work = new UnitOfWork(this.#ctx, tx);
      await routeEvents(work, events);
      this.#onEffects(await finishUnitOfWork(work));
      return events.length;
    });
  }
}
