import { randomBytes } from "node:crypto";
import type { Backlog } from "../backlog";
import type { EngineContext } from "../context";
import { isRefusedByDatabase } from "../engine-database";
import { EngineEvent } from "../event";
import { makeEventIds } from "../event-endpoint";
import type { EngineProblems } from "../engine-problems";
import { finishUnitOfWork } from "../run/finish-unit-of-work";
import { routeEvents } from "../run/route-events";
import { UnitOfWork, type WorkAfterCommit } from "../run/unit-of-work";
import { insertEvents } from "../run/write-collected-changes";
import type { IncomingEvent } from "../types";
import { makeUnavailableError } from "../unavailable";
import { WakeableLoop } from "./wakeable-loop";
import { IngestRequestQueue, type IngestRequest } from "./ingest-request-queue";

/**
 * The largest request, in characters, that may share a transaction with other requests. A larger one gets its own,
 * because it may take seconds.
 */
const SMALL_CHARS = 1_048_576;
/** The name under which the ingestor reports problems on the health page. */
const PART = "taking events";
/**
 * The size of a test write, in bytes. It exceeds a PostgreSQL page, and random content cannot be compressed. So the
 * write fails on a full disk.
 */
const PROBE_BYTES = 16_384;

type IngestorParts = { backlog: Backlog; onEffects: (effects: WorkAfterCommit) => void; onUnrouted: () => void };

/**
 * Stores accepted events. Small requests that arrive during a transaction share the next one. Large requests are
 * committed one by one, beside the small ones. A process that serves the functions also creates their runs in the same
 * transaction.
 */
export class EventIngestor {
  readonly #ctx: EngineContext;
  readonly #onEffects: (effects: WorkAfterCommit) => void;
  readonly #onUnrouted: () => void;
  readonly #problems: EngineProblems;
  readonly #backlog: Backlog;
  readonly #probe: WakeableLoop;
  /** Whether this process serves the functions, and so creates the runs of new events. */
  routes = false;
  readonly #small = new IngestRequestQueue({ requestsMax: Infinity, eventsMax: 2_000, charsMax: 4 * SMALL_CHARS });
  readonly #large = new IngestRequestQueue({ requestsMax: 1, eventsMax: Infinity, charsMax: Infinity });
  readonly #draining = new Set<IngestRequestQueue>();
  #failing = false;

  constructor(ctx: EngineContext, problems: EngineProblems, { backlog, onEffects, onUnrouted }: IngestorParts) {
    this.#ctx = ctx;
    this.#problems = problems;
    this.#backlog = backlog;
    this.#probe = new WakeableLoop(PART, problems, () => this.#tryToWrite());
    this.#onEffects = onEffects;
    this.#onUnrouted = onUnrouted;
  }

  /**
   * Stores events. With `fromOutside`, a full backlog refuses them. Events that functions send are always stored, so
   * that accepted work can finish.
   */
  async ingest(
    incoming: IncomingEvent[],
    { seed, fromOutside = false }: { seed?: string; fromOutside?: boolean } = {},
  ): Promise<{ ids: string[] }> {
    if (incoming.length === 0) return { ids: [] };
    const ids = makeEventIds(incoming.length, seed, this.#ctx.clock.now());
    const events = incoming.map((event, index) => this.#toEvent(event, ids[index] ?? ""));
    const chars = events.reduce((sum, event) => sum + event.fields.data.length, 0);
    const queue = chars <= SMALL_CHARS ? this.#small : this.#large;
    const take = () =>
      new Promise<void>((resolve, reject) => {
        queue.push({ events, chars, owner: events[0]?.fields.owner ?? "", resolve, reject });
        if (!this.#draining.has(queue)) void this.#drain(queue);
      });
    try {
      await (fromOutside ? this.#backlog.admit(events.length, take) : this.#backlog.add(events.length, take));
    } catch (error) {
      throw makeUnavailableError(error) ?? error;
    }
    return { ids };
  }

  /**
   * After a failed write, tests whether the database accepts writes again. The test does not wait for a sender's
   * request.
   */
  probe(): void {
    if (this.#failing) this.#probe.wake();
  }

  async stop(): Promise<void> {
    await this.#probe.stop();
  }

  async #tryToWrite(): Promise<void> {
    const data = JSON.stringify(randomBytes(PROBE_BYTES).toString("base64"));
    const event = this.#toEvent({ name: "engine/probe", data: {} }, this.#ctx.newId());
    await this.#ctx.db.tx(async (tx) => {
      await insertEvents(tx, [new EngineEvent({ ...event.fields, data })], true);
      await tx.query("delete from engine.event where id = $1", [event.id]);
    });
    this.#failing = false;
  }

  #toEvent(event: IncomingEvent, id: string): EngineEvent {
    const now = this.#ctx.clock.now();
    return new EngineEvent({
      id,
      name: event.name,
      data: event.json ?? JSON.stringify(event.data),
      ts: event.ts ?? now,
      externalId: event.id ?? null,
      v: event.v ?? null,
      user: event.user ? JSON.stringify(event.user) : null,
      receivedAt: now,
      owner: event.json === undefined ? this.#ctx.ownerOf(event.data) : event.owner,
    });
  }

  async #drain(queue: IngestRequestQueue): Promise<void> {
    this.#draining.add(queue);
    for (let requests = queue.take(); requests.length > 0; requests = queue.take()) await this.#store(requests);
    this.#draining.delete(queue);
  }

  async #store(requests: IngestRequest[]): Promise<void> {
    try {
      const effects = await this.#commit(requests.flatMap((request) => request.events));
      this.#noteSuccess();
      for (const request of requests) request.resolve();
      if (effects) this.#onEffects(effects);
      else this.#onUnrouted();
    } catch (error) {
      /*
       * PostgreSQL has refused the data of one request. Each request is now committed alone, so that the others
       * succeed.
       */
      if (requests.length > 1 && isRefusedByDatabase(error))
        for (const request of requests) await this.#store([request]);
      else this.#fail(requests, error);
    }
  }

  #fail(requests: IngestRequest[], error: unknown): void {
    if (!isRefusedByDatabase(error)) {
      this.#failing = true;
      this.#problems.report(PART, error);
    }
    for (const request of requests) request.reject(error);
  }

  #noteSuccess(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#problems.clear(PART);
  }

  /**
   * Stores events, and creates their runs if this process does so. Null if it does not: another process creates them
   * later.
   */
  async #commit(events: EngineEvent[]): Promise<WorkAfterCommit | null> {
    const { routes } = this;
    return this.#ctx.db.tx(async (tx) => {
      const stored = await insertEvents(tx, events, routes);
      if (!routes) return null;
      const work = new UnitOfWork(this.#ctx, tx);
      for (const event of stored) this.#ctx.events.add(event);
      await routeEvents(work, stored);
      return finishUnitOfWork(work);
    });
  }
}
