import { readEnvironment } from "./prepare/environment.mjs";
import { command, enterRoot } from "./prepare/steps.mjs";

/* A worker of `npm start`. The parent process (serve/worker-process.ts) forks it and talks to it over IPC. */

// Nobody would give a connection to a worker without its parent, or end it. A killed worker loses no data.
process.on("disconnect", () => process.exit(1));
if (!process.connected) process.exit(1);
// Ctrl-C and a closed terminal reach the whole process group. The parent decides what they mean.
process.on("SIGINT", () => undefined).on("SIGHUP", () => undefined);

await command(async () => {
  enterRoot();
  const env = await readEnvironment();
  process.env.NODE_ENV = "production";
  const { runWorker } = await import("./worker.ts");
  await runWorker(env);
});
