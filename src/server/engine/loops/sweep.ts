import type { Backlog } from "../backlog";
import type { EngineContext } from "../context";
import type { Problems } from "../health";
import { finish } from "../run/finish";
import { loadUnrouted } from "../run/load";
import { routeEvents } from "../run/route";
import { UnitOfWork, type Effects } from "../run/unit-of-work";
import type { Executor } from "./execute";
import { Loop } from "./loop";
import type { Presence } from "./presence";
import type { Pruner } from "./prune";
import { recover, renew } from "./recover";

const SWEEP_MS = 2000;
const PRUNE_MS = 60_000;
const EVENTS_MAX = 1000;

/** The parts of the engine that a sweep uses. */
type SweptParts = {
  presence: Presence;
  executor: Executor;
  pruner: Pruner;
  backlog: Backlog;
  onEffects: (effects: Effects) => void;
  lookAround: () => void;
};

/**
 * Sweeps every two seconds, by the real clock. It renews leases, gives back the leases of dead processes, routes
 * unrouted events, and looks for work whose signal was lost.
 */
export class Sweeper {
  readonly #ctx: EngineContext;
  readonly #presence: Presence;
  readonly #executor: Executor;
  readonly #pruner: Pruner;
  readonly #backlog: Backlog;
  readonly #onEffects: (effects: Effects) => void;
  readonly #lookAround: () => void;
  readonly #loop: Loop;
  readonly #pruning: Loop;
  #interval: NodeJS.Timeout | null = null;
  #prunedAt = Date.now();

  constructor(
    ctx: EngineContext,
    problems: Problems,
    { presence, executor, pruner, backlog, onEffects, lookAround }: SweptParts,
  ) {
    this.#ctx = ctx;
    this.#presence = presence;
    this.#executor = executor;
    this.#pruner = pruner;
    this.#backlog = backlog;
    this.#onEffects = onEffects;
    this.#lookAround = lookAround;
    this.#loop = new Loop("sweep", problems, () => this.sweep());
    this.#pruning = new Loop("pruning", problems, () => this.#pruner.prune());
  }

  /** Sweeps once, then every two seconds. */
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
    await renew(this.#ctx, this.#executor.held);
    const { items, processes, alive } = await recover(this.#ctx, new Set(this.#executor.held.keys()));
    if (items + processes > 0)
      this.#ctx.log.warn({ items, processes }, "engine: took over from a process that died or stalled");
    this.#presence.peers = alive;
    while ((await this.#route()) === EVENTS_MAX);
    await this.#backlog.count();
    this.#lookAround();
  }

  /** Routes stored events that no process has routed. */
  async #route(): Promise<number> {
    return this.#ctx.db.tx(async (tx) => {
      const events = await loadUnrouted(tx, EVENTS_MAX);
      if (events.length === 0) return 0;
      const work = new UnitOfWork(this.#ctx, tx);
      await routeEvents(work, events);
      this.#onEffects(await finish(work));
      return events.length;
    });
  }
}
