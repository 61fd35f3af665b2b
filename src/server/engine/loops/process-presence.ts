import { hostname } from "node:os";
import pg from "pg";
import type { EngineContext } from "../context";
import { ProcessLock } from "@/server/platform/process-lock";
import type { EngineProblems } from "../engine-problems";

/**
 * A message from one process to the others. `work`: calls are ready. `due`: a new wait was stored. `unrouted`: stored
 * events have no runs yet.
 */
export type ProcessSignal = "work" | "due" | "unrouted";

type Connection = { connectionString: string; Client?: new (config: pg.ClientConfig) => pg.Client };

const HELLO = "hello";

/**
 * Holds the advisory lock that shows other processes that this one lives. The lock's connection also receives their
 * signals.
 */
export class ProcessPresence {
  /**
   * The number of live processes on this database, this one included. Each sweep counts them. Between two sweeps,
   * a signal from another process raises the number to at least 2.
   */
  peers = 1;
  readonly #ctx: EngineContext;
  readonly #problems: EngineProblems;
  readonly #connection: Connection;
  readonly #onSignal: (signal: ProcessSignal) => void;
  readonly #lock: ProcessLock;
  readonly #queued = new Set<ProcessSignal>();
  #signalling = false;

  constructor(
    ctx: EngineContext,
    problems: EngineProblems,
    { connection, onSignal }: { connection: Connection; onSignal: (signal: ProcessSignal) => void },
  ) {
    this.#ctx = ctx;
    this.#problems = problems;
    this.#connection = connection;
    this.#onSignal = onSignal;
    this.#lock = new ProcessLock({
      create: () => this.#create(),
      take: (client) => this.#register(client),
      onLost: () => this.#lost(),
    });
  }

  get #channel(): string {
    return `${this.#ctx.db.schema}_signal`;
  }

  /** Connects and takes the advisory lock of this process's number. The first connection takes a new number. */
  start(): Promise<void> {
    return this.#lock.hold();
  }

  #create(): pg.Client {
    const { connectionString, Client = pg.Client } = this.#connection;
    const client = new Client({ connectionString, application_name: `${this.#ctx.db.schema} presence` });
    client.on("error", () => undefined);
    client.on("notification", ({ channel, payload }) => {
      const [from, signal] = (payload ?? "").split(" ");
      if (channel !== this.#channel || from === String(this.#ctx.processNum)) return;
      // A received signal proves that another process lives. The next sweep counts the processes exactly.
      this.peers = Math.max(this.peers, 2);
      if (signal !== HELLO) this.#onSignal(signal as ProcessSignal);
    });
    return client;
  }

  async #register(client: pg.Client): Promise<void> {
    const { db } = this.#ctx;
    const label = `${hostname()}:${process.pid}`;
    /*
     * While the connection was lost, other processes may have removed this process's row and released its leases. So
     * the row is written again.
     */
    const text = this.#ctx.processNum
      ? `
         insert into engine.process (num, label, functions) overriding system value
           values (${this.#ctx.processNum}, $1, $2)
         on conflict (num) do update set label = excluded.label returning num`
      : "insert into engine.process (label, functions) values ($1, $2) returning num";
    const functions = this.#ctx.functions.all.map((fn) => fn.id);
    await client.query("begin");
    const { rows } = await client.query<{ num: number }>(db.sql(text), [label, functions]);
    const num = rows[0]?.num ?? 0;
    /*
     * The lock is taken before the commit. Otherwise other processes could see the row without its lock, and take this
     * process for dead. The lock is shared: after a network failure the server may still have the lost connection,
     * which holds the lock of this number.
     */
    await client.query("select pg_advisory_lock_shared($1, $2)", [db.lockClass, FIRST_PROCESS_LOCK_NUMBER + num]);
    await client.query("commit");
    await client.query(`listen ${this.#channel}`);
    await client.query("select pg_notify($1, $2)", [this.#channel, `${num} ${HELLO}`]);
    this.#ctx.processNum = num;
    this.#ctx.present = true;
    this.#problems.clear("presence");
  }

  #lost(): void {
    this.#ctx.present = false;
    const message = "the connection to the database is lost";
    this.#problems.report("presence", new Error(message), message);
  }

  /**
   * Sends a signal to the other processes, if there are any. If the signal is lost, their next sweep finds the work
   * within 2 s.
   */
  signal(signal: ProcessSignal): void {
    if (this.peers < 2 && this.#lock.client) return;
    this.#queued.add(signal);
    if (this.#signalling) return;
    this.#signalling = true;
    void this.#send().finally(() => (this.#signalling = false));
  }

  async #send(): Promise<void> {
    while (this.#queued.size > 0) {
      const signals = [...this.#queued];
      this.#queued.clear();
      const payloads = signals.map((signal) => `${this.#ctx.processNum} ${signal}`);
      await this.#ctx.db
        .query("select pg_notify($1, payload) from unnest($2::text[]) as payload", [this.#channel, payloads])
        .catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    await this.#lock.client
      ?.query(this.#ctx.db.sql("delete from engine.process where num = $1"), [this.#ctx.processNum])
      .catch(() => undefined);
    await this.#lock.close().catch(() => undefined);
  }
}

/**
 * The lowest advisory lock number for a process. The engine itself uses lower ones: 0 for migrations, 1 for leasing.
 */
export const FIRST_PROCESS_LOCK_NUMBER = 16;
