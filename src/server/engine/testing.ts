import { Inngest, type InngestFunction } from "inngest";
import { serve } from "inngest/next";
import pg from "pg";
import type { EngineClock } from "./clock";
import { createEngine, type Engine, type EngineOptions } from "./engine";
import { startTestPostgres } from "./testing-postgres";
import type { EngineLogger } from "./types";

const SIGNING_KEY = "signkey-test-0123456789abcdef0123456789abcdef";
export const SERVE_URL = "http://127.0.0.1:3999/api/inngest";

export type TestDatabase = {
  url: string;
  pool: pg.Pool;
  /** Returns the rows of a statement, so that a test can look into the engine's tables. */
  rows<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Breaks every connection to the database, as a restart of PostgreSQL does. */
  disconnectAll(): Promise<void>;
  /** Empties the engine's tables. */
  clear(): Promise<void>;
  close(): Promise<void>;
};

/** Makes an empty database on the server of TEST_DATABASE_URL. Without that variable it starts a PostgreSQL server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const given = process.env.TEST_DATABASE_URL;
  const own = given ? null : await startTestPostgres();
  const server = new pg.Client({ connectionString: given ?? own?.url });
  const name = `engine_test_${process.pid}_${Date.now()}`;
  await server.connect();
  await server.query(`create database ${name}`);
  const url = new URL(given ?? own?.url ?? "");
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 20 });
  pool.on("error", () => undefined);
  return {
    url: url.href,
    pool,
    rows: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await pool.query<Row>(text, values)).rows,
    async disconnectAll() {
      await server.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
    },
    async clear() {
      await pool.query(
        `
          truncate engine.event, engine.run, engine.step, engine.item, engine.batch_item, engine.idempotency,
            engine.cron`,
      );
    },
    async close() {
      await pool.end();
      await server.query(`drop database ${name} with (force)`);
      await server.end();
      await own?.stop();
    },
  };
}

/** A clock whose time moves only when a test moves it. */
export class TestClock implements EngineClock {
  #now: number;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  constructor(start = Date.UTC(2030, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  schedule(at: number, callback: () => void): () => void {
    // Whole milliseconds, as the database keeps them.
    const timer = { at: Math.floor(at), callback };
    this.#timers.add(timer);
    if (timer.at <= this.#now) queueMicrotask(() => this.#fire());
    return () => this.#timers.delete(timer);
  }

  advance(ms: number): void {
    this.#now += ms;
    this.#fire();
  }

  #fire(): void {
    for (const timer of this.#timers) {
      if (timer.at > this.#now || !this.#timers.delete(timer)) continue;
      timer.callback();
    }
  }
}

const errorsOnly: EngineLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (about, message) => console.error(message, about),
};
const quiet: EngineLogger = { ...errorsOnly, error: () => undefined };

/**
 * Makes an Inngest client for the functions of a test. Its `send` goes to an engine that is made later, because the
 * engine needs the functions first.
 */
export function createTestApp() {
  let engine: Engine | undefined;
  const client = new Inngest({
    id: "app",
    isDev: false,
    baseUrl: "http://engine.invalid/",
    eventKey: "local",
    signingKey: SIGNING_KEY,
    logger: quietLogger,
    fetch: (input, init) => {
      if (!engine) throw new Error("No engine yet");
      return engine.fetch(input as RequestInfo, init);
    },
  });
  return {
    client,
    /**
     * Makes an engine for the functions, with migrated tables; it is not started. Events of the client's `send` go to
     * the engine that was made last.
     */
    engine(
      database: Pick<TestDatabase, "pool" | "url">,
      functions: InngestFunction.Any[],
      options: Partial<EngineOptions> & { quiet?: boolean } = {},
    ): Engine {
      const handler = serve({ client, functions });
      engine = createEngine({
        pool: database.pool,
        connectionString: database.url,
        handler,
        serveUrl: SERVE_URL,
        signingKey: SIGNING_KEY,
        log: options.quiet ? quiet : errorsOnly,
        ...options,
      });
      return engine;
    },
  };
}

export const quietLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Resolves with the condition's value as soon as that is not false, null or undefined. */
export async function waitUntil<T>(condition: () => T | Promise<T>, timeoutMs = 60_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
