import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Env } from "@/env";
import { assertDirectConnection } from "@/server/db/direct-connection";
import { prepareDataFolder, startEmbeddedPostgres, type EmbeddedPostgres } from "@/server/db/embedded";
import { StartProblem } from "@/server/db/start-problem";
import { log } from "@/server/log";
import { onRestart } from "./prepare/launcher.mjs";
import { recordProgram } from "./prepare/programs.mjs";
import { ConnectionQueue } from "./serve/connection-queue";
import { choosePoolSizes, computeMaxConnections } from "./serve/database-pools";
import { loadOrMakeEncryptionKey } from "./serve/encryption-key";
import { listenOnPort } from "./serve/listener";
import type { MigrateAndSeedResult } from "./serve/migrate-and-seed-database";
import { checkDatabaseConnection } from "./serve/check-database-connection";
import { makeWorkerRestarter, type ProgramVersion } from "./serve/worker-restarts";
import { formatStartReport } from "./serve/start-report";
import { createShutdown, SHUTDOWN_MS_MAX, type Shutdown } from "./serve/shutdown";
import type { WorkerStartValues } from "./serve/worker-messages";
import { WorkerPool } from "./serve/worker-pool";
import { WorkerEndedError, WorkerProcess } from "./serve/worker-process";

export type ServeOptions = {
  /** Whether to serve with hot reload for developers, in this process. */
  dev: boolean;
  env: Env;
  /** The environment variables of the shell, without those of the file .env. */
  shell: NodeJS.ProcessEnv;
  /** The version of the program's files at its start; undefined with hot reload. */
  version: ProgramVersion | undefined;
};

/**
 * Starts the program's parent process, which runs until a signal or a failed start ends it. The parent holds the port,
 * and without DATABASE_URL the data folder's lock and the embedded database. Worker processes serve requests and do the
 * work. With hot reload the parent does this itself.
 */
export async function runParentProcess({ dev, env, shell, version }: ServeOptions): Promise<void> {
  const shutdown = createShutdown({ signals: ["SIGINT", "SIGTERM"] });
  try {
    const count = dev ? 1 : (env.workers ?? workersByDefault());
    const queue = new ConnectionQueue();
    const listener = await listenOnPort({
      port: env.port,
      addresses: env.listenOn,
      onConnection: (socket) => queue.add(socket),
    });
    const pool = new WorkerPool({ count, queue, log, spawn: () => new WorkerProcess(shell) });
    if (!dev) pool.warmUp();
    const { start, postgres } = await openDatabase(env, count, shutdown);
    shutdown.add({ name: "The workers", boundMs: SHUTDOWN_MS_MAX + 300, end: () => pool.stop(SHUTDOWN_MS_MAX) });
    shutdown.add({
      name: "The port",
      boundMs: 100,
      end() {
        listener.close();
        queue.close();
      },
    });
    const data = dev ? await serveHere(env, start, { queue, shutdown }) : await pool.start(start);
    if (version) {
      const restart = makeWorkerRestarter({ pool, start, version, log, isEnding: shutdown.isRunning });
      onRestart(() => void restart());
      recordProgram({ canRestart: true });
    }
    if (shutdown.isRunning()) return;
    const dataDir = resolve(env.dataDir);
    console.log(
      formatStartReport({
        ...data,
        env,
        dataDir,
        postgresData: postgres?.data,
        addresses: listener.addresses,
        workers: count,
      }),
    );
  } catch (error) {
    if (shutdown.isRunning()) return;
    if (!(error instanceof WorkerEndedError)) console.error(error instanceof StartProblem ? error.message : error);
    else if (error.how !== "code 1") console.error(`${error.message}.`);
    await shutdown.run(1);
  }
}

/** Returns the default number of workers: one for two cores, and at least one. PostgreSQL needs the other cores. */
const workersByDefault = (): number => Math.max(1, Math.floor(availableParallelism() / 2));

/** Opens the database, and returns the values that the workers need for it. */
async function openDatabase(
  env: Env,
  workers: number,
  shutdown: Shutdown,
): Promise<{ start: WorkerStartValues; postgres: EmbeddedPostgres | undefined }> {
  const { postgres, ...found } = env.databaseUrl
    ? await openOwn(env.databaseUrl, env)
    : await openEmbedded(env, workers, shutdown);
  return {
    postgres,
    start: { ...found, pools: await choosePoolSizes(found.databaseUrl, { workers, wanted: env.databasePools }) },
  };
}

async function openOwn(databaseUrl: string, { encryptionKeys }: Env) {
  await checkDatabaseConnection(databaseUrl);
  await assertDirectConnection(databaseUrl);
  return { databaseUrl, encryptionKeys, postgres: undefined };
}

async function openEmbedded(env: Env, workers: number, shutdown: Shutdown) {
  const dataDir = prepareDataFolder(env.dataDir);
  const encryptionKeys = env.encryptionKeys.length > 0 ? env.encryptionKeys : [loadOrMakeEncryptionKey(dataDir)];
  const postgres = await startEmbeddedPostgres({
    dataDir: env.dataDir,
    servePort: env.port,
    maxConnections: computeMaxConnections(workers, env.databasePools),
    onEvent: (line) => log.warn(line),
  });
  shutdown.add({ name: "PostgreSQL", boundMs: 2_500, end: postgres.stop });
  return { databaseUrl: postgres.connectionString, encryptionKeys, postgres };
}

/**
 * Serves in this process with hot reload. Next compiles each page when it is first opened. A debugger sees all code.
 */
async function serveHere(
  given: Env,
  start: WorkerStartValues,
  { queue, shutdown }: { queue: ConnectionQueue; shutdown: Shutdown },
): Promise<MigrateAndSeedResult> {
  const { migrateAndSeedDatabase } = await import("./serve/migrate-and-seed-database");
  const { startProgram } = await import("./serve/program");
  const { serveConnection } = await import("./serve/http-server");
  const { pools, ...database } = start;
  const env: Env = { ...given, ...database, databasePools: pools };
  const data = await migrateAndSeedDatabase(env);
  const server = await startProgram(env, true, shutdown);
  queue.join({
    take({ socket, head }) {
      serveConnection(server, socket, head);
      return Promise.resolve(true);
    },
  });
  return data;
}
