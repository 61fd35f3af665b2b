import { readEnvironment } from "./prepare/environment.mjs";
import { runCommandBody, enterProjectRoot } from "./prepare/steps.mjs";

/*
 * A worker of `npm start`. The parent process (serve/worker-process.ts) forks it, and the two exchange messages over
 * IPC.
 */

// A worker without its parent would get no connection and would never end. A killed worker loses no data.
process.on("disconnect", () => process.exit(1));
if (!process.connected) process.exit(1);
// Ctrl-C and a closed terminal reach the whole process group. The parent decides what happens.
process.on("SIGINT", () => undefined).on("SIGHUP", () => undefined);

await runCommandBody(async () => {
  enterProjectRoot();
  const env = await readEnvironment();
  process.env.NODE_ENV = "production";
  const { runWorker } = await import("./worker.ts");
  await runWorker(env);
});
