import { hostname } from "node:os";
import pg from "pg";
import type { EngineContext } from "../context";
import { ProcessLock } from "@/server/platform/process-lock";
import type { EngineProblems } from "../engine-problems";

/** work: calls may be leased. due: a wait ends earlier than the others know. unrouted: events wait for routing. */
export type ProcessSignal = "work" | "due" | "unrouted";

type Connection = { connectionString: string; Client?: new (config: pg.ClientConfig) => pg.Client };

const HELLO = "hello";

/** The liveness lock of this process. Its connection also listens to the signals of other processes. */
export class ProcessPresence {
  /** The number of processes on this database, including this one, at the last sweep. */
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

  /** Connects, and takes the lock of this process's number. The first start takes a new number. */
  start(): Promise<void> {
    return this.#lock.hold();
  }

  #create(): pg.Client {
    const { connectionString, Client = pg.Client } = this.#connection;
    const client = new Client({
      connectionString,
      keepAlive: true,
      application_name: `${this.#ctx.db.schema} presence`,
    });
    client.on("error", () => undefined);
    client.on("notification", ({ channel, payload }) => {
      const [from, signal] = (payload ?? "").split(" ");
      if (channel !== this.#channel || from === String(this.#ctx.processNum)) return;
      // A signal shows that another process exists. The next sweep counts all processes.
      this.peers = Math.max(this.peers, 2);
      if (signal !== HELLO) this.#onSignal(signal as ProcessSignal);
    });
    return client;
  }

  async #register(client: pg.Client): Promise<void> {
    const { db } = this.#ctx;
    const label = `${hostname()}:${process.pid}`;
    // After a lost connection the row may be gone, if other processes removed it and gave the leases back.
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
    // The lock is taken before the commit, because a visible row without its lock would look like a dead process.
    await client.query("select pg_advisory_lock($1, $2)", [db.lockClass, FIRST_PROCESS_LOCK_NUMBER + num]);
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

  /** Signals other processes. A lost signal does no harm, because each process looks every 2 s. */
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

/** The first lock number of processes. The engine uses lower numbers itself (migration 0, leasing 1). */
export const FIRST_PROCESS_LOCK_NUMBER = 16;
