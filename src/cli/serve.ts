import next from "next";
import { resolve } from "node:path";
import type { Env } from "@/env";
import { createCipher } from "@/server/crypto";
import { createDatabase } from "@/server/db/client";
import { assertInstantsSurvive } from "@/server/db/connection";
import { prepareDataDir, startEmbedded, type EmbeddedPostgres } from "@/server/db/embedded";
import { applyMigrations } from "@/server/db/migrate";
import { StartProblem } from "@/server/db/start-problem";
import { AppError } from "@/server/errors";
import { log } from "@/server/log";
import { firstStart } from "@/server/services/first-start";
import { checkEncryptionKey } from "@/server/services/instance-secrets";
import { close, createHttpServer, listen, untilHealthy } from "./serve/http";
import { loadEncryptionKey } from "./serve/encryption-key";
import { reachDatabase } from "./serve/reach-database";
import { startReport, type Report } from "./serve/report";
import { createShutdown } from "./serve/shutdown";

type Shutdown = ReturnType<typeof createShutdown>;

/** The whole program: database, migrations, first start, pages, API and engine, until a signal ends it. */
export async function serve({ dev, env: given }: { dev: boolean; env: Env }): Promise<void> {
  const shutdown = createShutdown();
  try {
    const { env, postgres } = await openDatabase(given, shutdown);
    const report = await prepareData(env, postgres);
    globalThis.__triggerSystemEnv = env;
    await startServer(env, dev, shutdown);
    if (!shutdown.isRunning()) console.log(startReport(report));
  } catch (error) {
    if (shutdown.isRunning()) return;
    console.error(error instanceof StartProblem || error instanceof AppError ? error.message : error);
    await shutdown.run(1);
  }
}

/** The environment, completed with the embedded database and its key where those are used. */
async function openDatabase(
  env: Env,
  shutdown: Shutdown,
): Promise<{ env: Env; postgres: EmbeddedPostgres | undefined }> {
  if (env.databaseUrl) {
    await reachDatabase(env.databaseUrl);
    return { env, postgres: undefined };
  }
  const dataDir = prepareDataDir(env.dataDir);
  const encryptionKeys = env.encryptionKeys.length > 0 ? env.encryptionKeys : [loadEncryptionKey(dataDir)];
  const postgres = await startEmbedded({
    dataDir: env.dataDir,
    servePort: env.port,
    onEvent: (line) => log.warn(line),
  });
  shutdown.add({ name: "PostgreSQL", boundMs: 2_500, end: postgres.stop });
  return { env: { ...env, databaseUrl: postgres.connectionString, encryptionKeys }, postgres };
}

async function prepareData(env: Env, postgres: EmbeddedPostgres | undefined): Promise<Report> {
  const applied = await applyMigrations(env.databaseUrl!);
  if (applied.length > 0) console.log(`Migrations applied: ${applied.join(", ")}`);
  const db = createDatabase(env.databaseUrl!, 2);
  try {
    await assertInstantsSurvive(db);
    const deps = { db, now: () => new Date() };
    await checkEncryptionKey({ ...deps, cipher: createCipher(env.encryptionKeys) });
    const first = await firstStart({ ...deps, env, log });
    const admin = await db.user.findFirst({ orderBy: { createdAt: "asc" }, select: { email: true } });
    return { env, first, adminEmail: admin?.email, dataDir: resolve(env.dataDir), postgresData: postgres?.data };
  } finally {
    await db.$disconnect();
  }
}

/** The background work starts with Next (src/instrumentation.ts); this waits until all of it works. */
async function startServer(env: Env, dev: boolean, shutdown: Shutdown): Promise<void> {
  const server = createHttpServer((request, response) => void handle(request, response));
  const app = next({ dev, dir: process.cwd(), hostname: "localhost", port: env.port, httpServer: server });
  const handle = app.getRequestHandler();
  shutdown.add({ name: "Next", boundMs: 1_000, end: () => app.close() });
  shutdown.add({ name: "The background work", boundMs: 5_300, end: () => globalThis.__triggerSystemStop?.() });
  await app.prepare();
  await listen(server, env.port);
  shutdown.add({ name: "The web server", boundMs: 800, end: () => close(server, 400) });
  await untilHealthy(env.port);
}
