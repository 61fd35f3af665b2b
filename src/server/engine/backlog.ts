import type { EngineDatabase } from "./engine-database";
import { EngineUnavailableError } from "./unavailable";

/**
 * A full engine accepts outside events again only below this share of the maximum backlog. The gap avoids a refusal and
 * an acceptance in quick alternation.
 */
const RESUME_SHARE = 0.8;
/**
 * The longest age, in ms, of a fresh backlog count. `admit` renews an older count before it refuses a request;
 * `overload` renews it in the background.
 */
const FRESH_MS = 500;
/** The SQL count stops at this multiple of the maximum backlog. A larger count would change no decision. */
const COUNT_SHARE = 1.25;
/** Retry-After for a refused sender, in s, before the engine has measured how fast the backlog shrinks. */
const RETRY_SECONDS = 5;
const RETRY_SECONDS_MAX = 60;

/**
 * Counts accepted work that waits, and refuses outside events at the maximum. Each sweep (every 2 s) counts the waiting
 * work of all processes in the database. Between sweeps each process adds only the events that it stores itself. So the
 * backlog may exceed its maximum by the events of two seconds.
 */
export class Backlog {
  readonly #db: EngineDatabase;
  readonly #max: number;
  #counted = 0;
  #countedAt = -Infinity;
  /**
   * `#coming` counts events that this process is committing now. `#taken` counts events that it has committed since the
   * last count.
   */
  #coming = 0;
  #taken = 0;
  #drainedPerSecond: number | null = null;
  #over = false;
  #counting: Promise<void> | null = null;

  constructor(db: EngineDatabase, max: number) {
    this.#db = db;
    this.#max = max;
  }

  /** The number of ready calls, events that wait for a batch, and events that wait for routing, at the last count. */
  get counted(): number {
    return this.#counted;
  }

  /**
   * The error that refuses outside events; null while they are accepted. A refusal lasts until the backlog falls below
   * 80 % of its maximum.
   */
  get overload(): EngineUnavailableError | null {
    if (!this.#over) return null;
    // A process that serves no functions accepts events but never sweeps, so this call renews its count.
    if (this.#isStale) void this.count().catch(() => undefined);
    return new EngineUnavailableError(
      "overloaded",
      "Too many events wait to be worked on. Nothing of this request was accepted; send it again later",
      { retryAfterSeconds: this.#retryAfter() },
    );
  }

  /** The text of the health page while outside events are refused, else undefined. */
  get message(): string | undefined {
    if (!this.#over) return undefined;
    const [waiting, max, resume] = [this.#estimate, this.#max, this.#resumeAt].map((n) => n.toLocaleString("en-US"));
    return (
      `overloaded: ${waiting} events and calls wait, and ${max} may; ` +
      `new events are answered with 429 until fewer than ${resume} wait`
    );
  }

  /**
   * Runs `take`, which stores `count` events from outside, if there is room.
   * @throws EngineUnavailableError if there is no room
   */
  async admit<T>(count: number, take: () => Promise<T>): Promise<T> {
    if (this.#isFull && this.#isStale) await this.count();
    // The size of a request plays no part in the decision.
    if (this.#isFull) this.#over = true;
    const { overload } = this;
    if (overload) throw overload;
    return this.add(count, take);
  }

  /** Calls `take`, which stores `count` events, and counts them. It does so even if the backlog is full. */
  async add<T>(count: number, take: () => Promise<T>): Promise<T> {
    this.#coming += count;
    try {
      const result = await take();
      this.#taken += count;
      return result;
    } finally {
      this.#coming -= count;
    }
  }

  /** Counts the waiting work in the database. Callers that come during a count share its result. */
  count(): Promise<void> {
    this.#counting ??= this.#count().finally(() => (this.#counting = null));
    return this.#counting;
  }

  async #count(): Promise<void> {
    const taken = this.#taken;
    const [row] = await this.#db.query<{ n: number }>(COUNT, [Math.ceil(this.#max * COUNT_SHARE)]);
    const now = performance.now();
    const counted = row?.n ?? 0;
    this.#noteDrain(this.#counted + taken - counted, (now - this.#countedAt) / 1000);
    this.#counted = counted;
    this.#countedAt = now;
    this.#taken -= taken;
    this.#over = this.#estimate >= (this.#over ? this.#resumeAt : this.#max);
  }

  #noteDrain(drained: number, seconds: number): void {
    if (!Number.isFinite(seconds) || seconds <= 0) return;
    const rate = Math.max(0, drained) / seconds;
    this.#drainedPerSecond = this.#drainedPerSecond === null ? rate : (this.#drainedPerSecond + rate) / 2;
  }

  #retryAfter(): number {
    if (this.#drainedPerSecond === null) return RETRY_SECONDS;
    const seconds = Math.ceil((this.#estimate - this.#resumeAt) / this.#drainedPerSecond);
    // If the backlog does not shrink, the division gives NaN or Infinity. The sender then gets the longest Retry-After.
    return Number.isFinite(seconds) ? Math.min(RETRY_SECONDS_MAX, Math.max(1, seconds)) : RETRY_SECONDS_MAX;
  }

  get #estimate(): number {
    return this.#counted + this.#taken + this.#coming;
  }

  get #resumeAt(): number {
    return Math.ceil(this.#max * RESUME_SHARE);
  }

  get #isFull(): boolean {
    return this.#over || this.#estimate >= this.#max;
  }

  get #isStale(): boolean {
    return performance.now() - this.#countedAt > FRESH_MS;
  }
}

/**
 * SQL that counts waiting work: at most $1 calls and events of batches, and at most $1 unrouted events. The bound keeps
 * the count cheap under the highest load.
 */
const COUNT = `
  with items as (select count(*) as n from (select from engine.item where state = 'ready' limit $1) as i),
       waiting as (select count(*) as n
         from (select from engine.batch_item limit (select greatest($1 - n, 0) from items)) as b),
       unrouted as (select count(*) as n from (select from engine.event where not routed limit $1) as e)
  select (items.n + waiting.n + unrouted.n)::int as n from items, waiting, unrouted`;
