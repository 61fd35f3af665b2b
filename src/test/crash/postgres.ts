import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { preparePostgresBinaries } from "@/server/db/embedded/postgres-binaries";
import { ensurePostgresCluster, isProcessAlive } from "@/server/db/embedded/cluster";
import { chooseClusterLocation } from "@/server/db/embedded/cluster-location";
import { makeConnectionString, signalPostmasterStop, startPostmaster } from "@/server/db/embedded/postmaster";
import { applyMigrations } from "@/server/db/migrate";

/** A PostgreSQL for one test, with the product's settings. It can be stopped and started again on the same data. */
export type CrashPostgres = {
  /** Makes a new, migrated database. Returns its connection string. */
  createDatabase(): Promise<string>;
  /**
   * fast: rolls transactions back and writes a checkpoint. immediate: stops at once, as after a kill, so that the next
   * start recovers from the log
   */
  stop(mode: "fast" | "immediate"): Promise<void>;
  /** Starts it again on the same data and port. Resolves once it answers. */
  start(): Promise<void>;
  close(): Promise<void>;
};

const TEMPLATE = "template_crash";
/**
 * Commits are durable, as in the product. If the server forgot what it committed, the account of the test would be
 * wrong.
 */
const SETTINGS = { max_connections: "200", shared_buffers: "128MB", timezone: "America/New_York" };

export async function startCrashPostgres(): Promise<CrashPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "trigger-system-crash-"));
  chmodSync(folder, 0o711);
  const binaries = preparePostgresBinaries();
  const place = chooseClusterLocation({ dataDir: folder, binaries });
  const { password } = ensurePostgresCluster({ dataDir: folder, place, binaries, sync: false });
  const options = { place, password, logFile: join(folder, "postgres.log"), settings: SETTINGS };
  let postmaster = await startPostmaster(options);
  const { port } = postmaster;
  const url = (database: string): string => makeConnectionString({ port, password, database });
  const onExit = (): void => signalPostmasterStop(place, postmaster.pid);
  process.once("exit", onExit);

  const stop = async (mode: "fast" | "immediate"): Promise<void> => {
    if (isProcessAlive(postmaster.pid)) process.kill(postmaster.pid, mode === "immediate" ? "SIGQUIT" : "SIGINT");
    while (isProcessAlive(postmaster.pid)) await wait(20);
  };
  await query(url("postgres"), `CREATE DATABASE ${TEMPLATE}`);
  await applyMigrations(url(TEMPLATE));
  let made = 0;
  return {
    async createDatabase() {
      const name = `crash_${++made}`;
      await query(url("postgres"), `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
      return url(name);
    },
    stop,
    async start() {
      postmaster = await startPostmaster({ ...options, port });
    },
    async close() {
      process.off("exit", onExit);
      await stop("immediate");
      if (!place.data.startsWith(folder)) rmSync(dirname(place.data), { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function query(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
