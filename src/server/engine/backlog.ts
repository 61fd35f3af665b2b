import type { Db } from "./db";
import { Unavailable } from "./unavailable";

/** Share of the bound below which events are taken again: a state that flaps tells nobody anything. */
const RESUME_SHARE = 0.8;
/** A count that is older is made again before anybody is refused by it, ms. */
const FRESH_MS = 500;
/** How far beyond the bound is counted. */
const COUNT_SHARE = 1.25;
/** What a refused sender is told before it is known how fast the backlog shrinks, and at the most. */
const RETRY_SECONDS = 5;
const RETRY_SECONDS_MAX = 60;

/**
 * How much accepted work waits for its turn, and whether more may come from outside. It is counted in the database,
 * which all processes share, with every sweep; in between this process adds what it takes itself. Others may take as
 * much meanwhile: the bound is passed by what comes within two seconds at the most.
 */
export class Backlog {
  readonly #db: Db;
  readonly #max: number;
  #counted = 0;
  #countedAt = -Infinity;
  /** Events of this process: being taken, and taken since the count began. */
  #coming = 0;
  #taken = 0;
  #drainedPerSecond: number | null = null;
  #over = false;
  #counting: Promise<void> | null = null;

  constructor(db: Db, max: number) {
    this.#db = db;
    this.#max = max;
  }

  /** Ready calls, events that wait for a batch, and events that wait to be routed, as of the last count. */
  get counted(): number {
    return this.#counted;
  }

  /** What to tell who sends more; null while there is room. */
  get overload(): Unavailable | null {
    if (!this.#over) return null;
    // Not everybody who takes events sweeps.
    if (this.#isStale) void this.count().catch(() => undefined);
    return new Unavailable(
      "overloaded",
      "Too many events wait to be worked on. Nothing of this request was accepted; send it again later",
      this.#retryAfter(),
    );
  }

  /** What people read while the bound is reached. */
  get message(): string | undefined {
    if (!this.#over) return undefined;
    const [waiting, max, resume] = [this.#estimate, this.#max, this.#resumeAt].map((n) => n.toLocaleString("en-US"));
    return `overloaded: ${waiting} events and calls wait, and ${max} may; new events are answered with 429 until fewer than ${resume} wait`;
  }

  /**
   * Runs `take`, which takes `count` events from outside, if there is room.
   * @throws Unavailable where there is none
   */
  async admit<T>(count: number, take: () => Promise<T>): Promise<T> {
    if (this.#isFull && this.#isStale) await this.count();
    // A request of any size is taken where there is room at all.
    if (this.#isFull) this.#over = true;
    const { overload } = this;
    if (overload) throw overload;
    return this.add(count, take);
  }

  /** Runs `take`, which takes `count` events, room or not. */
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

  /** Counts anew; who asks meanwhile gets the same count. */
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
    // Nothing drains: 0/0 and n/0.
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

/** Counts no further than $1 in all: this runs every two seconds, under load most of all. */
const COUNT = `
  with items as (select count(*) as n from (select from engine.item where state = 'ready' limit $1) as i),
       waiting as (select count(*) as n from (select from engine.batch_item limit (select greatest($1 - n, 0) from items)) as b),
       unrouted as (select count(*) as n from (select from engine.event where not routed limit $1) as e)
  select (items.n + waiting.n + unrouted.n)::int as n from items, waiting, unrouted`;
