import pg from "pg";
import type { PrismaClient } from "@/generated/prisma/client";
import { StartProblem } from "./start-problem";

/**
 * How long a caller waits for a new connection, or for a free one in the pool, in ms. A caller must soon learn that the
 * database is away.
 */
export const CONNECT_TIMEOUT_MS = 5_000;

const UTC = "UTC";
/** The date style of every connection. The driver pg parses only this one and returns null for others. */
const DATE_STYLE = "ISO, YMD";

/** Members of a pg client that pg's types leave out. */
type Internals = {
  getStartupConf(): Record<string, string>;
  connection: NodeJS.EventEmitter;
};
type ParameterStatus = { parameterName: string; parameterValue: string };

/**
 * A connection whose session uses the time zone UTC, whatever the server, database or role says. Prisma's adapter
 * ignores the offset of times, so another zone would shift them. The startup message asks for the zone, which PgBouncer
 * accepts too. If the server's answer shows another zone, a SET follows.
 */
export class UtcClient extends pg.Client {
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

  async #connectInUtc(): Promise<pg.Client> {
    let zone: string | undefined;
    (this as unknown as Internals).connection.on("parameterStatus", (status: ParameterStatus) => {
      if (status.parameterName === "TimeZone") zone = status.parameterValue;
    });
    await super.connect();
    if (zone === UTC) return this;
    try {
      await this.query(`SET TIME ZONE '${UTC}'`);
      return this;
    } catch (error) {
      await this.end().catch(() => undefined);
      throw error;
    }
  }
}

/** Makes a pool of UTC connections. The caller must handle the pool's "error" event. */
export const createUtcPool = (connectionString: string, options: Omit<pg.PoolConfig, "connectionString">): pg.Pool =>
  new pg.Pool({ connectionTimeoutMillis: CONNECT_TIMEOUT_MS, ...options, connectionString, Client: UtcClient });

/** Makes a client whose session is in UTC. The caller must connect it. */
export const createUtcClient = (
  connectionString: string,
  options: Omit<pg.ClientConfig, "connectionString"> = {},
): pg.Client => new UtcClient({ connectionTimeoutMillis: CONNECT_TIMEOUT_MS, ...options, connectionString });

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
