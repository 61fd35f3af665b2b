import { setTimeout } from "node:timers/promises";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { makeSystemActor } from "@/domain/actor";
import type { Env } from "@/env";
import { createCipher } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import { createDatabase } from "@/server/db/client";
import { assertInstantsRoundTrip } from "@/server/db/utc-connection";
import { findEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from "@/server/db/embedded";
import { findChosenClusterFolder } from "@/server/db/embedded/cluster-location";
import { applyMigrations } from "@/server/db/migrate";
import { StartProblem } from "@/server/db/start-problem";
import { createSender } from "@/server/http/send";
import { log } from "@/server/log";
import { createProcessMetrics } from "@/server/metrics/metrics";
import { createComputeThreads } from "@/server/compute/compute";
import { makeGuardPolicy } from "@/server/services/webhook-policy";
import { loadOrMakeEncryptionKey } from "./serve/encryption-key";

/**
 * Makes the service context of a command that works on the database.
 * @param options startDatabase: starts the embedded database if the program does not run
 * @throws StartProblem if there is no external database, the program does not run, and `startDatabase` is not set
 */
export async function openCommandContext(
  given: Env,
  label: string,
  options: { startDatabase?: boolean } = {},
): Promise<{ ctx: ServiceContext; close(): Promise<void> }> {
  const embedded = given.databaseUrl ? undefined : await findEmbeddedPostgres(given.dataDir);
  const env = embedded ? onPort(given, embedded.holder.servePort) : given;
  const started = given.databaseUrl || embedded || !options.startDatabase ? undefined : await startStopped(given);
  const connectionString = given.databaseUrl ?? embedded?.connectionString ?? started?.connectionString;
  if (!connectionString)
    throw new StartProblem(
      `The program does not run on ${env.dataDir}. Start it first, in another terminal: npm start`,
    );
  const db = createDatabase(connectionString, 3);
  await assertInstantsRoundTrip(db);
  const guard = makeGuardPolicy(env, { isDemo: false });
  const compute = createComputeThreads(log);
  const http = createSender({ policy: guard });
  const ctx: ServiceContext = {
    db,
    env,
    now: () => new Date(),
    wait: setTimeout,
    log,
    actor: makeSystemActor(label),
    cipher: createCipher(env.encryptionKeys.length > 0 ? env.encryptionKeys : [loadOrMakeEncryptionKey(env.dataDir)]),
    guard,
    http,
    mail: null,
    // The command sends no live messages to browsers, because browsers load data again by themselves.
    live: {
      touch: () => undefined,
      async *subscribe() {},
      onStreamEnd: () => () => undefined,
      close: async () => undefined,
    },
    // The command only changes rows. The running program executes the background functions.
    engine: { kind: "inngest", dashboardUrl: "" },
    compute,
    metrics: createProcessMetrics({ ofProcess: false }),
    tracing: null,
    send: () => Promise.reject(new Error("A command sends no events to the engine.")),
  };
  return {
    ctx,
    async close() {
      await http.close();
      await compute.close();
      await db.$disconnect();
      await started?.stop();
    },
  };
}

/**
 * Finds the database of DATABASE_URL or of the running program, or starts the embedded one for the command. It does not
 * migrate the database.
 * @throws StartProblem if there is no data
 */
export async function openCommandDatabase(
  env: Env,
): Promise<{ connectionString: string; encryptionKeys: string[]; close(): Promise<void> }> {
  const close = (): Promise<void> => Promise.resolve();
  if (env.databaseUrl) return { connectionString: env.databaseUrl, encryptionKeys: env.encryptionKeys, close };
  const running = await findEmbeddedPostgres(env.dataDir);
  const started = running ? undefined : await startDatabase(env);
  const encryptionKeys = env.encryptionKeys.length > 0 ? env.encryptionKeys : [loadOrMakeEncryptionKey(env.dataDir)];
  return {
    connectionString: (running ?? started)!.connectionString,
    encryptionKeys,
    close: started?.stop ?? close,
  };
}

async function startDatabase(env: Env): Promise<EmbeddedPostgres> {
  if (!existsSync(findChosenClusterFolder(resolve(env.dataDir))))
    throw new StartProblem(
      `There is no data in ${env.dataDir} yet. Set DATA_DIR or DATABASE_URL as the program has it.`,
    );
  return startEmbeddedPostgres({ dataDir: env.dataDir, servePort: env.port, onEvent: (line) => log.warn(line) });
}

/**
 * Starts and migrates the embedded database, because the program does not run.
 * @throws StartProblem if there is no data
 */
async function startStopped(env: Env): Promise<EmbeddedPostgres> {
  const postgres = await startDatabase(env);
  try {
    await applyMigrations(postgres.connectionString);
    return postgres;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/**
 * Replaces the port by that of the running program, whatever PORT says in this terminal. The app's URL gets this port
 * too, if it is the default `http://localhost:<port>`.
 */
const onPort = (env: Env, port: number): Env => ({
  ...env,
  port,
  appUrl: env.appUrl === `http://localhost:${env.port}` ? `http://localhost:${port}` : env.appUrl,
});
