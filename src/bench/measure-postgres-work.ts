import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";

const SAMPLE_MS = 50;
/** How long after the last transaction PostgreSQL's counters are up to date, in ms. */
const SETTLED_MS = 1_500;

/** What PostgreSQL did for one database between two times. */
export type PostgresWork = {
  seconds: number;
  commits: number;
  /** the number of inserted rows */
  rows: number;
  walBytes: number;
  /** The sum of all lock waits, in s, estimated from samples of pg_stat_activity every 50 ms. */
  lockWaitSeconds: number;
  /** The lock waits of each statement, the longest first. */
  lockWaits: { query: string; seconds: number }[];
};

/** Counts PostgreSQL's work for a database from now until `stop` is called. */
export async function measurePostgresWork(connectionString: string): Promise<{ stop(): Promise<PostgresWork> }> {
  // The observing connection uses another database, so that its own commits are not counted.
  const url = new URL(connectionString);
  const database = decodeURIComponent(url.pathname.slice(1));
  url.pathname = "/template1";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const counters = async (): Promise<{ commits: number; rows: number; wal: number }> => {
    await wait(SETTLED_MS);
    const { rows } = await client.query<{ commits: string; rows: string; wal: string }>(
      `SELECT xact_commit AS commits, tup_inserted AS rows, pg_current_wal_lsn() - '0/0'::pg_lsn AS wal
       FROM pg_stat_database WHERE datname = $1`,
      [database],
    );
    return { commits: Number(rows[0]!.commits), rows: Number(rows[0]!.rows), wal: Number(rows[0]!.wal) };
  };
  const before = await counters();
  const waits = new Map<string, number>();
  let isStopped = false;
  const sampling = (async () => {
    for (let last = performance.now(); !isStopped;) {
      await wait(SAMPLE_MS);
      const { rows } = await client.query<{ query: string }>(
        `SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 90) AS query FROM pg_stat_activity
         WHERE datname = $1 AND wait_event_type = 'Lock'`,
        [database],
      );
      const now = performance.now();
      for (const { query } of rows) waits.set(query, (waits.get(query) ?? 0) + (now - last) / 1_000);
      last = now;
    }
  })();
  const from = performance.now();
  return {
    async stop() {
      const seconds = (performance.now() - from) / 1_000;
      isStopped = true;
      await sampling;
      const after = await counters();
      await client.end();
      const lockWaits = [...waits]
        .map(([query, waited]) => ({ query, seconds: waited }))
        .sort((left, right) => right.seconds - left.seconds);
      return {
        seconds,
        commits: after.commits - before.commits,
        rows: after.rows - before.rows,
        walBytes: after.wal - before.wal,
        lockWaitSeconds: lockWaits.reduce((sum, each) => sum + each.seconds, 0),
        lockWaits,
      };
    },
  };
}
