import type { EngineContext } from "../context";
import { isRefusal } from "../db";
import { EngineEvent } from "../event";
import { eventIds } from "../event-endpoint";
import { finish } from "../run/finish";
import { routeEvents } from "../run/route";
import { UnitOfWork, type Effects } from "../run/unit-of-work";
import { insertEvents } from "../run/write";
import type { IncomingEvent } from "../types";

type Request = {
  events: EngineEvent[];
  resolve: () => void;
  reject: (error: unknown) => void;
};

/** Events of one transaction. */
const EVENTS_MAX = 2000;

/**
 * Takes events: requests that come while a transaction is under way share the next one. Where the functions are
 * known, the same transaction routes them: accepted means committed, and what shall run is part of the commit.
 */
export class Ingestor {
  readonly #ctx: EngineContext;
  readonly #onEffects: (effects: Effects) => void;
  readonly #onUnrouted: () => void;
  /** Whether this process knows the functions, and may route. */
  routes = false;
  #queue: Request[] = [];
  #draining = false;

  constructor(ctx: EngineContext, onEffects: (effects: Effects) => void, onUnrouted: () => void) {
    this.#ctx = ctx;
    this.#onEffects = onEffects;
    this.#onUnrouted = onUnrouted;
  }

  async ingest(incoming: IncomingEvent[], seed?: string): Promise<{ ids: string[] }> {
    if (incoming.length === 0) return { ids: [] };
    const ids = eventIds(incoming.length, seed, this.#ctx.clock.now());
    const events = incoming.map((event, index) => this.#toEvent(event, ids[index] ?? ""));
    await new Promise<void>((resolve, reject) => {
      this.#queue.push({ events, resolve, reject });
      if (!this.#draining) void this.#drain();
    });
    return { ids };
  }

  #toEvent(event: IncomingEvent, id: string): EngineEvent {
    const now = this.#ctx.clock.now();
    return new EngineEvent({
      id,
      name: event.name,
      data: JSON.stringify(event.data),
      ts: event.ts ?? now,
      externalId: event.id ?? null,
      v: event.v ?? null,
      user: event.user ? JSON.stringify(event.user) : null,
      receivedAt: now,
    });
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    while (this.#queue.length > 0) await this.#store(this.#take());
    this.#draining = false;
  }

  #take(): Request[] {
    let count = 0;
    const end = this.#queue.findIndex((request, index) => (count += request.events.length) > EVENTS_MAX && index > 0);
    return this.#queue.splice(0, end === -1 ? this.#queue.length : end);
  }

  async #store(requests: Request[]): Promise<void> {
    try {
      const effects = await this.#commit(requests.flatMap((request) => request.events));
      for (const request of requests) request.resolve();
      if (effects) this.#onEffects(effects);
      else this.#onUnrouted();
    } catch (error) {
      // One request with something that PostgreSQL refuses must not fail those that happen to share its commit.
      if (requests.length > 1 && isRefusal(error)) for (const request of requests) await this.#store([request]);
      else for (const request of requests) request.reject(error);
    }
  }

  /** null: stored, and left to a process that knows the functions. */
  async #commit(events: EngineEvent[]): Promise<Effects | null> {
    const { routes } = this;
    return this.#ctx.db.tx(async (tx) => {
      const stored = await insertEvents(tx, events, routes);
      if (!routes) return null;
      const work = new UnitOfWork(tx, this.#ctx);
      for (const event of stored) this.#ctx.events.add(event);
      await routeEvents(work, stored);
      return finish(work);
    });
  }
}
