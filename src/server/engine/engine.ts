import type { Client, ClientConfig, Pool } from "pg";
import { Backlog } from "./backlog";
import { systemClock, type EngineClock } from "./clock";
import { createEngineContext, type EngineContext } from "./context";
import { EngineDatabase } from "./engine-database";
import { EngineProblems } from "./engine-problems";
import { createEngineFetch } from "./in-process-fetch";
import { RunInspector } from "./inspect/run-inspector";
import { CallResultApplier } from "./loops/call-result-applier";
import { registerCrons } from "./loops/cron-runs";
import { endFunctionsThatAreGone } from "./loops/end-functions-that-are-gone";
import { CallExecutor } from "./loops/call-executor";
import { EventIngestor } from "./loops/event-ingestor";
import { CallLeaser } from "./loops/call-leaser";
import { WakeableLoop } from "./loops/wakeable-loop";
import { ProcessPresence, type ProcessSignal } from "./loops/process-presence";
import { HistoryPruner, DEFAULT_ENGINE_RETENTION, type EngineRetention } from "./loops/history-pruner";
import { releaseLeases } from "./loops/process-leases";
import { EngineSweeper } from "./loops/engine-sweeper";
import { WaitTimers } from "./loops/wait-timers";
import { migrateEngineSchema } from "./migrations";
import type { ServeHandler } from "./protocol/serve-handler-request";
import { computeBackoffWithJitter } from "./protocol/retry-delay";
import type { WorkAfterCommit } from "./run/unit-of-work";
import { readEngineStatus, type EngineStatus } from "./engine-status";
import { fetchFunctionsOfServeHandler } from "./sync/fetch-functions-of-serve-handler";
import type { IncomingEvent, LeasedCall, EngineLogger } from "./types";
import type { EngineUnavailableError } from "./unavailable";

export type EngineOptions = {
  pool: Pool;
  /** The connection string for the connection that holds the process's advisory lock and listens for NOTIFY. */
  connectionString: string;
  /** The class of the connection that listens for NOTIFY. Default: pg's Client. */
  Client?: new (config: ClientConfig) => Client;
  /** The schema of the engine's tables. Default: `engine`. */
  schema?: string;
  handler: ServeHandler;
  /**
   * The URL of the app's functions. The engine only writes it into its calls, and sends no request over the network.
   */
  serveUrl: string;
  /**
   * The app's signing key. Without it calls are unsigned, which is safe only for a handler that nobody else can reach.
   */
  signingKey?: string;
  clock?: EngineClock;
  log?: EngineLogger;
  /**
   * Returns how many ms to wait before the next try, after try `attempt` (counted from 0) has failed. Default:
   * Inngest's table with jitter.
   */
  backoff?: (attempt: number) => number;
  /**
   * Returns the owner of an event, under which its runs are listed. It is called only for events with parsed data.
   * Events with `json` name their `owner` themselves. Default: '' (no owner).
   */
  ownerOf?: (data: Record<string, unknown>) => string;
  /**
   * Tells whether the engine may delete the event bodies of a completed run of this function. The rows of the events
   * stay, so that a repeated request still adds nothing. Default: false for every function.
   */
  usesEventsUp?: (functionId: string) => boolean;
  /**
   * True: a batch that is not full starts at once if its function and key have no running batch. False: it waits for
   * its timeout, as on an Inngest server. Default: true.
   */
  startsIdleBatches?: boolean;
  /** The most concurrent calls of this process. Default: 64. */
  concurrency?: number;
  retention?: Partial<EngineRetention>;
  /** The maximum backlog, in calls and events. A full backlog refuses events from outside. Default: 200,000. */
  backlogMax?: number;
};

type EngineHealth = {
  /**
   * `overloaded`: the engine works, but refuses outside events until the backlog has shrunk. `degraded`: a part of the
   * engine fails.
   */
  state: "starting" | "running" | "overloaded" | "degraded" | "stopped";
  /** The reason why the engine is overloaded or degraded. */
  message?: string;
  /** The number of calls and events that waited at the last count. */
  backlog?: number;
};

export type Engine = {
  /** Creates or updates the engine's tables. */
  migrate(): Promise<void>;
  /**
   * Starts the engine. It reads the functions from the serve handler, releases the leases of dead processes, and then
   * executes calls. In the background it ends the runs of functions that no process serves any more.
   * @throws if the serve handler refuses, or a function uses a feature that the engine lacks
   */
  start(): Promise<void>;
  /**
   * Stops the engine. It starts no new call, and waits up to `graceMs` (default 8000) for running calls. Then it
   * releases the leases that it still holds, so that other processes can execute those calls.
   */
  stop(options?: { graceMs?: number }): Promise<void>;
  /**
   * Accepts events, and resolves when they are committed. A repeated request with the same `seed` adds no events and
   * returns the same ids. A full backlog refuses events `fromOutside`. It never refuses events that functions send, so
   * that accepted work can finish.
   * @throws EngineUnavailableError if the backlog or the disk is full, or the database cannot be reached
   */
  ingest(events: IncomingEvent[], options?: { seed?: string; fromOutside?: boolean }): Promise<{ ids: string[] }>;
  /**
   * Returns the error that refuses outside events, or null while the backlog has room. It does not wait for a query.
   */
  overload(): EngineUnavailableError | null;
  /** The fetch for `new Inngest({ fetch })`. It sends events to this engine inside the process. */
  fetch: typeof fetch;
  health(): EngineHealth;
  /** @param owner counts only the runs and events of this owner; null counts all */
  status(owner?: string | null): Promise<EngineStatus>;
  /** Lists and shows runs for people, reruns or cancels a run, and rewrites the data of stored events. */
  inspect: RunInspector;
};

const CONCURRENCY_DEFAULT = 64;
const GRACE_DEFAULT_MS = 8000;
const BACKLOG_DEFAULT = 200_000;
const silent: EngineLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export function createEngine(options: EngineOptions): Engine {
  return new EmbeddedEngine(options);
}

class EmbeddedEngine implements Engine {
  readonly fetch: typeof fetch;
  readonly inspect: RunInspector;
  readonly #options: EngineOptions;
  readonly #ctx: EngineContext;
  readonly #problems: EngineProblems;
  readonly #backlog: Backlog;
  readonly #presence: ProcessPresence;
  readonly #ingestor: EventIngestor;
  readonly #executor: CallExecutor;
  readonly #applier: CallResultApplier;
  readonly #leaser: CallLeaser;
  readonly #timers: WaitTimers;
  readonly #sweeper: EngineSweeper;
  readonly #endGone: WakeableLoop;
  #state: "new" | "starting" | "running" | "stopping" | "stopped" = "new";

  constructor(options: EngineOptions) {
    const {
      pool,
      schema = "engine",
      clock = systemClock,
      log = silent,
      backoff = computeBackoffWithJitter,
      ownerOf = () => "",
    } = options;
    this.#options = options;
    const { startsIdleBatches = true } = options;
    const ctx = createEngineContext({
      ...{ db: new EngineDatabase(pool, schema), clock, log, backoff, ownerOf, startsIdleBatches },
      usesEventsUp: options.usesEventsUp ?? (() => false),
    });
    const problems = new EngineProblems(log);
    const onEffects = (effects: WorkAfterCommit) => this.#onEffects(effects);
    this.#ctx = ctx;
    this.#problems = problems;
    this.#presence = new ProcessPresence(ctx, problems, {
      connection: options,
      onSignal: (signal) => this.#onSignal(signal),
    });
    this.#backlog = new Backlog(ctx.db, options.backlogMax ?? BACKLOG_DEFAULT);
    this.#ingestor = new EventIngestor(ctx, problems, {
      backlog: this.#backlog,
      onEffects,
      onUnrouted: () => this.#presence.signal("unrouted"),
    });
    this.#executor = new CallExecutor(ctx, options, (outcome) => this.#applier.push(outcome));
    this.#applier = new CallResultApplier(ctx, problems, {
      sticky: () => this.#mayContinue(),
      onApplied: (calls, effects) => this.#onApplied(calls, effects),
    });
    this.#leaser = new CallLeaser(ctx, problems, {
      executor: this.#executor,
      roomMax: options.concurrency ?? CONCURRENCY_DEFAULT,
    });
    this.#timers = new WaitTimers(ctx, problems, onEffects);
    const pruner = new HistoryPruner(ctx, { ...DEFAULT_ENGINE_RETENTION, ...options.retention });
    this.#sweeper = new EngineSweeper(ctx, problems, {
      presence: this.#presence,
      executor: this.#executor,
      pruner,
      backlog: this.#backlog,
      onEffects,
      lookAround: () => this.#lookAround(),
    });
    this.#endGone = new WakeableLoop("ending what is gone", problems, () => endFunctionsThatAreGone(ctx, onEffects));
    this.inspect = new RunInspector(ctx, onEffects);
    this.fetch = createEngineFetch((events, options) => this.ingest(events, options));
  }

  migrate(): Promise<void> {
    return migrateEngineSchema(this.#ctx.db);
  }

  async start(): Promise<void> {
    if (this.#state !== "new") throw new Error(`engine: cannot start, it is ${this.#state}`);
    this.#state = "starting";
    const { handler, serveUrl, signingKey } = this.#options;
    this.#ctx.functions = await fetchFunctionsOfServeHandler(handler, serveUrl, signingKey);
    await this.#presence.start();
    await this.#ctx.db.tx((tx) => registerCrons(this.#ctx, tx));
    this.#ingestor.routes = true;
    this.#state = "running";
    await this.#sweeper.start();
    /*
     * The first sweep has removed the rows of dead processes. `start` does not wait for the end of old functions' runs,
     * because there may be many.
     */
    this.#endGone.wake();
  }

  async stop({ graceMs = GRACE_DEFAULT_MS } = {}): Promise<void> {
    if (this.#state !== "running") {
      this.#state = "stopped";
      return;
    }
    this.#state = "stopping";
    const deadline = Date.now() + graceMs;
    const loops = [this.#sweeper, this.#leaser, this.#timers, this.#ingestor, this.#endGone];
    await Promise.all(loops.map((loop) => loop.stop()));
    while (this.#executor.held.size > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await this.#applier.stop();
    await releaseLeases(this.#ctx).catch((error: unknown) => this.#problems.report("stopping", error));
    await this.#presence.stop();
    this.#ingestor.routes = false;
    this.#state = "stopped";
  }

  ingest(events: IncomingEvent[], options: { seed?: string; fromOutside?: boolean } = {}): Promise<{ ids: string[] }> {
    return this.#ingestor.ingest(events, options);
  }

  overload(): EngineUnavailableError | null {
    return this.#backlog.overload;
  }

  health(): EngineHealth {
    const overload = this.#backlog.message;
    const message = [this.#problems.message, overload].filter((part) => part !== undefined).join("; ");
    const backlog = this.#backlog.counted;
    if (this.#state === "stopping" || this.#state === "stopped") return { state: "stopped" };
    if (this.#state !== "running") return { state: "starting" };
    if (!message) return { state: "running", backlog };
    return { state: this.#problems.message ? "degraded" : "overloaded", message, backlog };
  }

  status(owner: string | null = null): Promise<EngineStatus> {
    return readEngineStatus(this.#ctx, owner);
  }

  /**
   * Tells whether this process may execute the next call of a run at once, without another look at the queue. It may
   * not while other ready calls wait, because they go first.
   */
  #mayContinue(): boolean {
    return this.#state === "running" && this.#ctx.present && !this.#leaser.workLeft;
  }

  #onSignal(signal: ProcessSignal): void {
    if (this.#state !== "running") return;
    const part = { work: this.#leaser, due: this.#timers, unrouted: this.#sweeper }[signal];
    part.wake();
  }

  /** Makes every part look for its work in the database, in case a NOTIFY signal was lost. */
  #lookAround(): void {
    this.#ingestor.probe();
    this.#timers.wake();
    this.#leaser.wake();
  }

  #onEffects(effects: WorkAfterCommit): void {
    if (effects.dueAt !== null) {
      this.#timers.note(effects.dueAt);
      this.#presence.signal("due");
    }
    if (effects.ready) {
      this.#leaser.wake();
      this.#presence.signal("work");
    }
  }

  #onApplied(calls: LeasedCall[], effects: WorkAfterCommit): void {
    for (const call of calls) this.#executor.held.delete(call.itemId);
    this.#executor.start(effects.continuations);
    this.#onEffects(effects);
    if (this.#leaser.workLeft) this.#leaser.wake();
  }
}
