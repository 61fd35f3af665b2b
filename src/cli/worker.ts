import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Env } from "@/env";
import { StartProblem } from "@/server/db/start-problem";
import { AppError } from "@/server/errors";
import { createWorkerMetricsClient } from "./serve/worker-metrics-client";
import { endConnections, serveConnection } from "./serve/http-server";
import { migrateAndSeedDatabase } from "./serve/migrate-and-seed-database";
import { startProgram } from "./serve/program";
import { createShutdown } from "./serve/shutdown";
import type { MessageFromWorker, MessageToWorker, WorkerStartValues } from "./serve/worker-messages";

/** How long a retiring worker keeps an idle connection open, in ms. Most clients have closed it by then. */
const IDLE_MS = 5_000;
const REQUESTS_MAX_MS = 125_000;

/** Runs a worker process: it obeys the messages of the parent process until one ends it. */
export function runWorker(given: Env): void {
  const shutdown = createShutdown({ signals: ["SIGTERM"], isQuiet: true });
  let server: Server | undefined;
  const tell = (message: MessageFromWorker): void => void process.send?.(message);
  const measure = async (id: number | null): Promise<void> => {
    const runtime = await globalThis.__triggerSystemRuntime;
    if (runtime) tell({ type: "measurement", id, snapshot: await runtime.context.metrics.snapshot() });
  };
  const { collect, onMeasured } = createWorkerMetricsClient(tell);
  globalThis.__triggerSystemCollect = collect;
  const envOf = ({ databaseUrl, encryptionKeys, pools }: WorkerStartValues): Env => ({
    ...given,
    databaseUrl,
    encryptionKeys,
    databasePools: pools,
  });

  const receive = async (message: MessageToWorker, socket?: Socket): Promise<void> => {
    switch (message.type) {
      case "prepare":
        return tell({ type: "prepared", data: await migrateAndSeedDatabase(envOf(message.start)) });
      case "serve":
        server = await startProgram(envOf(message.start), false, shutdown);
        // The metrics are sent last of all, so that they hold all counts of the worker.
        shutdown.endLast({ name: "The last values of /metrics", boundMs: 300, end: () => measure(null) });
        return tell({ type: "ready" });
      case "connection":
        tell({ type: "taken", id: message.id });
        // The client may have closed the connection meanwhile.
        if (socket) serveConnection(server!, socket, Buffer.from(message.head ?? "", "base64"));
        return;
      case "measure":
        return measure(message.id);
      case "measured":
        return onMeasured(message.id, message.snapshots);
      case "retire":
        await endConnections(server!, { idleMs: IDLE_MS, boundMs: REQUESTS_MAX_MS });
        return shutdown.run(0);
      case "stop":
        return shutdown.run(0);
    }
  };
  process.on("message", (message: MessageToWorker, socket: Socket | undefined) => {
    receive(message, socket).catch(async (error: unknown) => {
      if (shutdown.isRunning()) return;
      console.error(error instanceof StartProblem || error instanceof AppError ? error.message : error);
      await shutdown.run(1);
    });
  });
}
