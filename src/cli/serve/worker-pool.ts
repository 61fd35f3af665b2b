import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "@/server/log";
import type { ConnectionQueue } from "./connection-queue";
import type { MigrateAndSeedResult } from "./migrate-and-seed-database";
import { WorkerMetricsCollector } from "./worker-metrics-collector";
import type { WorkerStartValues } from "./worker-messages";
import type { WorkerProcess } from "./worker-process";

/**
 * The position of one worker in the pool. `failures` counts the workers lost here in a row; it lengthens the pause
 * before the next replacement.
 */
type Slot = {
  number: number;
  worker: WorkerProcess | undefined;
  failures: number;
  /** Aborts the replacement that is being started. */
  replacing: AbortController | undefined;
};

/**
 * The pause before the first replacement of a lost worker, in ms. Clients wait meanwhile, so it is short. Each further
 * pause is four times as long, up to PAUSE_MAX_MS.
 */
const FIRST_PAUSE_MS = 100;
const PAUSE_MAX_MS = 30_000;
/** A worker that has lived this long, in ms, was stable. Its loss counts as the first one again. */
const STEADY_MS = 60_000;
/**
 * The most time for a worker to finish its requests before a restart, in ms. The web server gives a request 120 s to
 * arrive.
 */
const RETIRE_MAX_MS = 140_000;

export type WorkerPoolOptions = {
  count: number;
  queue: ConnectionQueue;
  log: Logger;
  spawn: () => WorkerProcess;
};

/** Starts the worker processes, replaces a worker that dies, restarts workers one by one, and ends all workers. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: Slot[];
  readonly #alive = new Set<WorkerProcess>();
  /** A worker that was forked in advance. It loads its code while the database starts. */
  #early: WorkerProcess | undefined;
  #start: WorkerStartValues | undefined;
  #isStopping = false;
  readonly #metrics = new WorkerMetricsCollector(() => this.#slots);

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, (_, index) => ({
      number: index + 1,
      worker: undefined,
      failures: 0,
      replacing: undefined,
    }));
  }

  /** Forks the first worker already, so that it loads the program before `start` needs it. */
  warmUp(): void {
    this.#early ??= this.#spawn();
  }

  /**
   * Starts all workers. The first one prepares the data before any of them serves.
   * @throws WorkerEndedError
   */
  async start(start: WorkerStartValues): Promise<MigrateAndSeedResult> {
    this.#start = start;
    const first = this.#early ?? this.#spawn();
    this.#early = undefined;
    const data = await first.prepare(start);
    this.#early = first;
    await Promise.all(this.#slots.map((slot) => this.#fill(slot)));
    return data;
  }

  /**
   * Restarts all workers one by one. Each new worker is ready before the old one stops.
   * @throws WorkerEndedError if a new worker does not get ready; the old workers then go on, and a lost one is still
   * replaced
   */
  async restartInTurn(): Promise<void> {
    for (const slot of this.#slots) {
      const old = await this.#fill(slot);
      slot.replacing?.abort();
      if (old) await this.#retire(old);
    }
  }

  /**
   * Lets the serving workers finish their requests for up to 140 s, then kills them. It kills at once the workers that
   * do not serve yet, or were replaced before. New connections wait until `start` is called again.
   */
  async retireAll(): Promise<void> {
    const serving = this.#slots.flatMap(({ worker }) => worker ?? []);
    for (const slot of this.#slots) {
      slot.replacing?.abort();
      slot.worker = undefined;
      slot.failures = 0;
    }
    for (const worker of this.#alive) if (!serving.includes(worker)) worker.kill();
    await Promise.all(serving.map((worker) => this.#retire(worker)));
  }

  /** Ends all workers. They get up to `boundMs` to finish their requests. */
  async stop(boundMs: number): Promise<void> {
    this.#isStopping = true;
    for (const slot of this.#slots) slot.replacing?.abort();
    for (const worker of this.#alive) worker.stop();
    const ended = Promise.all([...this.#alive].map(({ exited }) => exited));
    await Promise.race([ended, wait(boundMs)]);
    for (const worker of this.#alive) worker.kill();
    await ended;
  }

  #spawn(): WorkerProcess {
    const worker = this.#options.spawn();
    this.#alive.add(worker);
    this.#metrics.join(worker);
    void worker.exited.then(() => this.#alive.delete(worker));
    return worker;
  }

  /**
   * Starts a worker in a slot, unless `signal` aborts it.
   * @returns the worker that was in the slot before, if any
   * @throws WorkerEndedError
   */
  async #fill(slot: Slot, signal?: AbortSignal): Promise<WorkerProcess | undefined> {
    if (this.#isStopping) return undefined;
    const worker = this.#early ?? this.#spawn();
    this.#early = undefined;
    await worker.serve(this.#start!);
    if (this.#isStopping || signal?.aborted) {
      worker.stop();
      return undefined;
    }
    const previous = slot.worker;
    const readySince = Date.now();
    slot.worker = worker;
    this.#options.queue.join(worker);
    void worker.exited.then((how) => {
      this.#options.queue.leave(worker);
      if (slot.worker !== worker || this.#isStopping) return;
      slot.worker = undefined;
      if (Date.now() - readySince >= STEADY_MS) slot.failures = 0;
      void this.#replace(slot, `Worker ${slot.number} (process ${worker.pid}) ended with ${how}`);
    });
    return previous;
  }

  async #retire(worker: WorkerProcess): Promise<void> {
    this.#options.queue.leave(worker);
    worker.retire();
    const late = setTimeout(() => worker.kill(), RETIRE_MAX_MS);
    await worker.exited;
    clearTimeout(late);
  }

  /** Starts replacements for a lost worker, with growing pauses, until one is ready. */
  async #replace(slot: Slot, lost: string): Promise<void> {
    const { log } = this.#options;
    const { signal } = (slot.replacing = new AbortController());
    for (let what = lost; !signal.aborted;) {
      const pauseMs = Math.min(FIRST_PAUSE_MS * 4 ** slot.failures, PAUSE_MAX_MS);
      slot.failures += 1;
      log.error(`${what}. A new one starts in ${pauseMs / 1000} s.`);
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#fill(slot, signal);
        if (!signal.aborted) log.warn(`Worker ${slot.number} is ready again (process ${slot.worker?.pid}).`);
        return;
      } catch (error) {
        what = `Worker ${slot.number}: ${(error as Error).message}`;
      }
    }
  }
}
