import type { Socket } from "node:net";
import pg from "pg";
import type { PrismaClient } from "@/generated/prisma/client";
import { startLoopTimeout } from "../platform/loop-timeout";
import { StartProblem } from "./start-problem";

/**
 * How long a caller waits for a new connection, or for a free one in the pool, in ms. A caller must soon learn that the
 * database is away. The time in which this process stands still counts as nearly nothing.
 */
export const CONNECT_TIMEOUT_MS = 5_000;

const UTC = "UTC";
/** The date style of every connection. The driver pg parses only this one and returns null for others. */
const DATE_STYLE = "ISO, YMD";

/**
 * How long a connection of a pool waits for an answer of the server, in ms. After that a new connection asks whether
 * the server still runs the statement. If not, the server is gone: it was replaced, or the network drops its packets.
 * The operating system would notice after about 15 minutes.
 */
const ANSWER_TIMEOUT_MS = 90_000;

/**
 * How long the end of a connection waits for the server's goodbye, in ms. A server that was replaced, or a network that
 * drops packets, sends none.
 */
const GOODBYE_TIMEOUT_MS = 2_000;

/** Members of a pg client that pg's types leave out. */
type Internals = {
  getStartupConf(): Record<string, string>;
  connection: NodeJS.EventEmitter & { stream: Socket };
  /** Whether no statement waits for an answer. */
  readyForQuery: boolean;
  /** The number of the server's process for this connection. */
  processID: number;
};
type ParameterStatus = { parameterName: string; parameterValue: string };

/**
 * Replaces settings of server, database and role that end statements or change their meaning. Administrators make such
 * settings for all programs. A short timeout would reject accepted events while another session holds a lock, and would
 * end the connections that show that a process lives. Another isolation level would break statements that wait for a
 * row. Without synchronous commits a crash of the server would lose accepted events. After a network failure the server
 * ends the lost sessions within a minute, and so frees their locks. Settings of the connection string stay. PostgreSQL
 * knows transaction_timeout since version 17.
 */
const setOwnSettings = (lockTimeoutMs: number): string => `
  SELECT set_config(name, wanted, false)
  FROM pg_settings JOIN (VALUES ('lock_timeout', '${lockTimeoutMs}'), ('statement_timeout', '0'),
    ('transaction_timeout', '0'), ('idle_in_transaction_session_timeout', '60000'), ('idle_session_timeout', '0'),
    ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3'),
    ('tcp_user_timeout', '60000'),
    ('default_transaction_isolation', 'read committed'), ('synchronous_commit', 'on'),
    ('standard_conforming_strings', 'on'), ('extra_float_digits', '1'), ('array_nulls', 'on'),
    ('transform_null_equals', 'off')) AS own (name, wanted) USING (name)
  WHERE source <> 'client' AND setting <> wanted AND (name <> 'synchronous_commit' OR setting = 'off')`;

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;
type OwnOptions = {
  /** How long a new connection may take until its session is ready, in ms; 0: for ever. Default: CONNECT_TIMEOUT_MS. */
  connectMs?: number;
  /** How long the connection waits for an answer of the server, in ms. Default, and null: for ever. */
  answerTimeoutMs?: number | null;
  /** How long a statement waits for a lock, in ms. Default: for ever. */
  lockTimeoutMs?: number;
};

/**
 * A connection whose session uses the time zone UTC and the program's own settings, whatever the server, database or
 * role says. Prisma's adapter ignores the offset of times, so another zone would shift them. The startup message asks
 * for the zone, which PgBouncer accepts too. If the server's answer shows another zone, a SET follows.
 */
export class UtcClient extends pg.Client {
  readonly #own: pg.ClientConfig & OwnOptions;

  constructor(config: pg.ClientConfig & OwnOptions = {}) {
    // The driver's own time limit would count the time in which this process stands still.
    super({ ...config, connectionTimeoutMillis: 0 });
    this.#own = config;
  }

  getStartupConf(): Record<string, string> {
    const inherited = (pg.Client.prototype as unknown as Internals).getStartupConf;
    return { ...inherited.call(this), TimeZone: UTC, DateStyle: DATE_STYLE };
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: (error: Error | null, client?: pg.Client) => void): void;
  override connect(callback?: (error: Error | null, client?: pg.Client) => void): Promise<pg.Client> | void {
    const connected = this.#connectInUtc();
    if (!callback) return connected;
    connected.then(
      (client) => callback(null, client),
      (error: Error) => callback(error),
    );
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const { connection } = this as unknown as Internals;
    const late = setTimeout(() => connection.stream.destroy(), GOODBYE_TIMEOUT_MS).unref();
    connection.once("end", () => clearTimeout(late));
    return callback ? super.end(callback) : super.end();
  }

  async #connectInUtc(): Promise<pg.Client> {
    let zone: string | undefined;
    (this as unknown as Internals).connection.on("parameterStatus", (status: ParameterStatus) => {
      if (status.parameterName === "TimeZone") zone = status.parameterValue;
    });
    const { connection } = this as unknown as Internals;
    const late = (): void => void connection.stream.destroy(makeConnectTimeoutError());
    const stop = this.#connectMs > 0 ? startLoopTimeout(this.#connectMs, late) : undefined;
    // The pool listens for errors only after this function. Without a listener a broken connection ends the process.
    const ignore = (): void => undefined;
    try {
      await super.connect();
      this.#endWithoutAnswer();
      this.on("error", ignore);
      const own = setOwnSettings(this.#own.lockTimeoutMs ?? 0);
      await this.query(zone === UTC ? own : `SET TIME ZONE '${UTC}'; ${own}`);
      return this;
    } catch (error) {
      await this.end().catch(() => undefined);
      throw error;
    } finally {
      stop?.();
      this.off("error", ignore);
    }
  }

  get #connectMs(): number {
    return this.#own.connectMs ?? this.#own.connectionTimeoutMillis ?? CONNECT_TIMEOUT_MS;
  }

  /**
   * Breaks the connection if a statement waits, no byte came or left for the given time, and the server does not run
   * the statement.
   */
  #endWithoutAnswer(): void {
    const waitMs = this.#own.answerTimeoutMs;
    if (!waitMs) return;
    const internals = this as unknown as Internals;
    const { stream } = internals.connection;
    const check = async (): Promise<void> => {
      const before = stream.bytesRead;
      const isAtWork = internals.readyForQuery || (await this.#isStatementAtWork());
      if (stream.bytesRead !== before || isAtWork) stream.setTimeout(waitMs);
      else stream.destroy(new Error(`Connection terminated: the database gave no answer within ${waitMs / 1_000} s`));
    };
    stream.setTimeout(waitMs);
    stream.on("timeout", () => void check());
  }

  /** Asks the server over a new connection whether it still runs this connection's statement. */
  async #isStatementAtWork(): Promise<boolean> {
    const other = new UtcClient({ ...this.#own, answerTimeoutMs: null, query_timeout: CONNECT_TIMEOUT_MS });
    other.on("error", () => undefined);
    try {
      await other.connect();
      const pid = (this as unknown as Internals).processID;
      const found = await other.query("SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'active'", [pid]);
      return found.rowCount === 1;
    } catch {
      return false;
    } finally {
      void other.end().catch(() => undefined);
    }
  }
}

const makeConnectTimeoutError = (): Error => new Error("timeout exceeded when trying to connect");

/** A pool whose callers wait `waitMs` for a connection; 0: for ever. */
class UtcPool extends pg.Pool {
  readonly #waitMs: number;

  constructor({ connectionTimeoutMillis = CONNECT_TIMEOUT_MS, ...config }: pg.PoolConfig & OwnOptions) {
    // The pool's own time limit would count the time in which this process stands still.
    const connectMs = connectionTimeoutMillis || CONNECT_TIMEOUT_MS;
    super({ ...config, ...{ connectMs }, connectionTimeoutMillis: 0, Client: UtcClient });
    this.#waitMs = connectionTimeoutMillis;
    // A connection can break before its caller listens. Without a listener that would end the process.
    this.on("connect", (client) => client.on("error", () => undefined));
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | void {
    const connected = this.#connectInTime();
    if (!callback) return connected;
    connected.then(
      (client) => callback(undefined, client, (error) => client.release(error)),
      (error: Error) => callback(error, undefined, () => undefined),
    );
  }

  #connectInTime(): Promise<pg.PoolClient> {
    if (this.#waitMs === 0) return super.connect();
    return new Promise((resolve, reject) => {
      let isLate = false;
      const { _pendingQueue: waiting } = this as unknown as { _pendingQueue: unknown[] };
      const before = waiting.length;
      const connected = super.connect();
      const own = waiting.length > before ? waiting.at(-1) : undefined;
      const stop = startLoopTimeout(this.#waitMs, () => {
        isLate = true;
        const place = waiting.indexOf(own);
        if (place >= 0) waiting.splice(place, 1);
        reject(makeConnectTimeoutError());
      });
      connected.then((client) => (isLate ? client.release() : resolve(client)), reject).finally(stop);
    });
  }
}

/**
 * Makes a pool of UTC connections, which wait up to 90 s for an answer by default. The caller must handle the pool's
 * "error" event.
 */
export const createUtcPool = (
  connectionString: string,
  options: Omit<pg.PoolConfig, "connectionString"> & OwnOptions,
): pg.Pool => new UtcPool({ answerTimeoutMs: ANSWER_TIMEOUT_MS, ...options, connectionString });

/**
 * Makes a client whose session is in UTC. The caller must connect it. A connection that breaks between two statements
 * fails the next one; without the listener it would end the process.
 */
export const createUtcClient = (
  connectionString: string,
  options: Omit<pg.ClientConfig, "connectionString"> = {},
): pg.Client => new UtcClient({ ...options, connectionString }).on("error", () => undefined);

/** The test instant. London is on summer time then, so its local time differs from UTC as well. */
const INSTANT = new Date("2026-03-29T01:30:00.123Z");

/**
 * Writes an instant to the database and reads it back.
 * @throws StartProblem if the database returns another instant
 */
export async function assertInstantsRoundTrip(db: Pick<PrismaClient, "$queryRaw">): Promise<void> {
  const [row] = await db.$queryRaw<{ ms: number; at: Date; zone: string }[]>`
    SELECT (extract(epoch FROM ${INSTANT}::timestamptz) * 1000)::float8 AS ms,
      to_timestamp(${INSTANT.getTime() / 1000}::float8) AS at,
      current_setting('TimeZone') AS zone`;
  if (row && row.ms === INSTANT.getTime() && row.at.getTime() === INSTANT.getTime()) return;
  throw new StartProblem(
    `The database's session is in the time zone ${row?.zone}, and times come back shifted. ` +
      "The program asks for UTC on " +
      "every connection; let the pooler or proxy in front of PostgreSQL pass the TimeZone on, or set it to UTC there.",
  );
}
