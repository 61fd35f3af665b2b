import { afterAll, afterEach, beforeAll } from "vitest";
import type { Engine } from "../engine";
import { createTestApp, createTestDatabase, TestClock, until, type TestDatabase } from "../testing";

export type App = ReturnType<typeof createTestApp>;
export type Functions = Parameters<App["engine"]>[1];
export type Seen = { n: unknown; atMs: number };

const BEGIN = Date.UTC(2030, 0, 1);

/** Engines on one database and one clock that stands still, for tests of what is due when. */
export class FlowBench {
  database!: TestDatabase;
  clock!: TestClock;
  app!: App;
  #running: Engine[] = [];

  /** For the file that calls it: a database of its own, emptied after each test. */
  constructor() {
    beforeAll(async () => {
      this.database = await createTestDatabase();
      await createTestApp().engine(this.database, []).migrate();
    });
    afterEach(async () => {
      await Promise.all(this.#running.map((engine) => engine.stop()));
      this.#running = [];
      await this.database.rows("truncate engine.flow");
      await this.database.clear();
    });
    afterAll(() => this.database.close());
  }

  /** Another one on the same database, if one was started before in this test. */
  async start(functions: (app: App) => Functions, options: Parameters<App["engine"]>[2] = {}): Promise<Engine> {
    if (this.#running.length === 0) [this.app, this.clock] = [createTestApp(), new TestClock(BEGIN)];
    const engine = this.app.engine(this.database, functions(this.app), { clock: this.clock, ...options });
    this.#running.push(engine);
    await engine.start();
    return engine;
  }

  /** Events `go`, in one request. */
  send(...data: Record<string, unknown>[]): Promise<{ ids: string[] }> {
    return this.app.client.send(data.map((one) => ({ name: "go", data: one })));
  }

  /** A function `fn` that notes what it is called with, and when. */
  noting(options: object, seen: Seen[], trigger: object = { event: "go" }) {
    return (app: App): Functions => [
      app.client.createFunction({ id: "fn", triggers: trigger as { event: string }, ...options }, ({ event }) => {
        seen.push(this.seen((event.data as { n?: unknown }).n));
      }),
    ];
  }

  seen(n: unknown): Seen {
    return { n, atMs: this.clock.now() - BEGIN };
  }

  async statuses(functionId = "app-fn"): Promise<string[]> {
    const rows = await this.database.rows<{ status: string }>(
      "select status from engine.run where function_id = $1 order by id",
      [functionId],
    );
    return rows.map(({ status }) => status);
  }

  /** Resolves when nothing is ready, under way or due. */
  async quiet(): Promise<void> {
    await until(async () => {
      const rows = await this.database.rows(
        `select from engine.item where state <> 'timer' or due_at <= $1 union all select from engine.flow where due_at <= $1
         union all select from engine.cron where next_at <= $1 union all select from engine.event where not routed`,
        [new Date(this.clock.now())],
      );
      return rows.length === 0;
    });
  }

  /** Moves the clock to the next thing that is due. */
  async next(): Promise<void> {
    const at = await until(async () => {
      const [due] = await this.database.rows<{ at: Date | null }>(
        `select least((select min(due_at) from engine.item where state = 'timer'), (select min(due_at) from engine.flow),
                      (select min(next_at) from engine.cron)) as at`,
      );
      return due?.at && due.at.getTime() > this.clock.now() ? due.at : null;
    });
    this.clock.advance(at.getTime() - this.clock.now());
  }

  /** Goes on from one thing that is due to the next until the condition holds. */
  async goOn(condition: () => boolean): Promise<void> {
    for (;;) {
      await this.quiet();
      if (condition()) return;
      await this.next();
    }
  }
}

/** Something that a function waits for until the test lets it go on. */
export function createGate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
