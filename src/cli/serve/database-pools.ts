import type { DatabasePoolSizes } from "@/env";
import { createUtcClient } from "@/server/db/utc-connection";
import { StartProblem } from "@/server/db/start-problem";

/**
 * The database connections of a process outside of its pools: live updates, its liveness lock, and its lock in the
 * engine.
 */
const BESIDE_POOLS = 3;
/** Database connections for the parent process, for migrations and for two commands beside the program. */
const OUTSIDE_WORKERS = 8;
/** The smallest useful pools. A batch holds one connection of each pool, and a page makes several queries at once. */
const LEAST: DatabasePoolSizes = { services: 3, engine: 2 };
const RESERVED_BY_DEFAULT = 3;

/** Returns the most processes that may exist at once. A rolling restart has one worker more than usual. */
const processesOf = (workers: number): number => workers + 1;
const neededFor = (workers: number, pools: DatabasePoolSizes): number =>
  OUTSIDE_WORKERS + processesOf(workers) * (BESIDE_POOLS + pools.services + pools.engine);

/** Returns the max_connections that PostgreSQL needs for this many workers with pools of this size. */
export const computeMaxConnections = (workers: number, pools: DatabasePoolSizes): number =>
  neededFor(workers, pools) + RESERVED_BY_DEFAULT;

/**
 * Chooses the pool sizes of each worker, so that all connections fit the database server's limits for this user.
 * @throws StartProblem if even the smallest pools do not fit
 */
export async function choosePoolSizes(
  connectionString: string,
  { workers, wanted }: { workers: number; wanted: DatabasePoolSizes },
): Promise<DatabasePoolSizes> {
  const allowed = await connectionsAllowed(connectionString);
  if (allowed >= neededFor(workers, wanted)) return wanted;
  if (allowed < neededFor(workers, LEAST)) {
    const advice = workers > 1 ? `Set WORKERS to fewer than ${workers}, or raise` : "Raise";
    throw new StartProblem(
      `The database allows this program ${allowed} connections, and ` +
        `${workers === 1 ? "1 worker needs" : `${workers} workers need`} at least ` +
        `${neededFor(workers, LEAST)}. ${advice} max_connections of that PostgreSQL (or the CONNECTION ` +
        "LIMIT of the role or the database).",
    );
  }
  const each = Math.floor((allowed - OUTSIDE_WORKERS) / processesOf(workers)) - BESIDE_POOLS;
  const share = wanted.services / (wanted.services + wanted.engine);
  const services = Math.min(Math.max(LEAST.services, Math.floor(each * share)), each - LEAST.engine);
  return { services, engine: each - services };
}

async function connectionsAllowed(connectionString: string): Promise<number> {
  const client = createUtcClient(connectionString, { application_name: "trigger-system start" });
  await client.connect();
  try {
    // PostgreSQL writes -1 for no limit. The setting reserved_connections exists since PostgreSQL 16.
    const { rows } = await client.query<{ allowed: number }>(`
      SELECT least(
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true)::int, 0),
        (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
        (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())
      ) AS allowed`);
    return rows[0]!.allowed;
  } finally {
    await client.end();
  }
}
