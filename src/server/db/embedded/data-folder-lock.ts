import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import { createUtcClient } from "../utc-connection";
import { StartProblem } from "../start-problem";

/**
 * The two numbers of the advisory lock that the program holds in the embedded database while it uses the data folder.
 */
const HOLD = [0x7472_6967, 0] as const; // "trig"; liveness locks use the second numbers from 1
/** How long a start waits, in ms, until PostgreSQL notices that the connection of a killed process is gone. */
const PATIENCE_MS = 3_000;

/**
 * The lock that lets only one process use a data folder. It is a session lock of PostgreSQL, so it ends with its
 * process.
 */
export type DataFolderLock = { release(): Promise<void> };

/** An error: another process uses the data folder and its PostgreSQL server. */
export class DataFolderHeldError extends StartProblem {}

/**
 * Locks a data folder for this process.
 * @throws DataFolderHeldError if another process uses the folder
 */
export async function lockDataFolder(options: {
  connectionString: string;
  dataDir: string;
  servePort: number;
  onLost: () => Promise<void>;
}): Promise<DataFolderLock> {
  const { connectionString, dataDir, servePort, onLost } = options;
  const client = createUtcClient(connectionString, {
    application_name: `trigger-system pid=${process.pid} port=${servePort}`,
  });
  let held = false;
  client.on("end", () => {
    if (held) void onLost();
    held = false;
  });
  await client.connect();
  for (const deadline = Date.now() + PATIENCE_MS; !(await tryLock(client)); await wait(100)) {
    if (Date.now() < deadline) continue;
    const holder = await findDataFolderHolder(client);
    await client.end();
    const who = holder ? ` (process ${holder.pid}, port ${holder.servePort})` : "";
    throw new DataFolderHeldError(
      `The program is already running on ${dataDir}${who}. End it first, or set DATA_DIR and PORT for a second one.`,
    );
  }
  held = true;
  return {
    async release() {
      held = false;
      await client.end().catch(() => undefined);
    },
  };
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS locked", [...HOLD]);
  return rows[0]!.locked;
}

/** The program that uses a data folder: the number of its process, and the port that it serves. */
export type DataFolderHolder = { pid: number; servePort: number };

export async function findDataFolderHolder(client: pg.Client): Promise<DataFolderHolder | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = $1 AND l.objid::bigint = $2`,
    [...HOLD],
  );
  const [, pid, port] = /pid=(\d+) port=(\d+)/.exec(rows[0]?.name ?? "") ?? [];
  return pid ? { pid: Number(pid), servePort: Number(port) } : undefined;
}
