import next from "next";
import type { RequestListener, Server } from "node:http";
import { join } from "node:path";
import type { Env } from "@/env";
import { canonicaliseRequestTarget } from "@/server/intake/ingestion-paths";
import { withCompressedStaticFiles } from "./compressed-static";
import { withEntranceChecks } from "./entrance-checks";
import { createHttpServer, endConnections, waitUntilHealthy } from "./http-server";
import type { Shutdown } from "./shutdown";

/**
 * Starts pages, API, engine and background work in this process. It resolves once all of them work. Next itself starts
 * the background work, by src/instrumentation.ts.
 * @returns a server that waits for connections
 */
export async function startProgram(env: Env, dev: boolean, shutdown: Shutdown): Promise<Server> {
  globalThis.__triggerSystemEnv = env;
  const pages: RequestListener = (request, response) => void handle(request, response);
  const door = withEntranceChecks(
    env,
    dev ? pages : withCompressedStaticFiles(join(process.cwd(), ".next/static"), pages),
  );
  const server = createHttpServer((request, response) => {
    // The request's path is normalised first, because the entrance checks must see the path that Next will see.
    if (request.url !== undefined) request.url = canonicaliseRequestTarget(request.url);
    door(request, response);
  });
  const app = next({ dev, dir: process.cwd(), hostname: "localhost", port: env.port, httpServer: server });
  const handle = app.getRequestHandler();
  shutdown.add({ name: "Next", boundMs: 900, end: () => app.close() });
  shutdown.add({ name: "The background work", boundMs: 5_300, end: () => globalThis.__triggerSystemStop?.() });
  shutdown.add({
    name: "The web server",
    boundMs: 800,
    end: () => endConnections(server, { idleMs: 0, boundMs: 400 }),
  });
  await app.prepare();
  await waitUntilHealthy(server);
  return server;
}
