import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/**
 * The built program, running as a process of its own as `npm start` runs it. Tests can kill and restart the program.
 */
export type App = {
  url: string;
  /** the process id of the program's parent process, which starts the workers */
  pid: number;
  /** the options with which the program was started */
  options: AppOptions;
  /**
   * Kills the parent process with SIGKILL, so that nothing is cleaned up. The embedded database keeps running, and the
   * next start uses the same database.
   */
  kill(): Promise<void>;
  /** Stops the program as Ctrl-C does. Resolves with the exit code. */
  stop(): Promise<number | null>;
};

export type AppOptions = {
  port: number;
  dataDir: string;
  env?: Record<string, string>;
  /** the name of the file below test-results/ that gets the program's output */
  logName?: string;
};

const HEALTHY_TIMEOUT_MS = 180_000;

/**
 * Starts the program, and waits until its health check succeeds. It needs a build; `npm test` and `npm start` make one.
 */
export async function startApp(options: AppOptions): Promise<App> {
  const { port, dataDir, env = {}, logName = "app.log" } = options;
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ["src/cli/start.mjs"], {
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      PORT: String(port),
      DATA_DIR: dataDir,
      APP_URL: url,
      ...env,
    } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  mkdirSync("test-results", { recursive: true });
  const log = createWriteStream(join("test-results", logName), { flags: "a" });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      log.write(chunk);
    });
  }
  await untilHealthy(url, child, () => output);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, "exit");
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  };
  return { url, pid: child.pid!, options, kill: async () => void (await end("SIGKILL")), stop: () => end("SIGINT") };
}

async function untilHealthy(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (const deadline = Date.now() + HEALTHY_TIMEOUT_MS; ; await wait(100)) {
    if (child.exitCode !== null) throw new Error(`The program ended with code ${child.exitCode}:\n${output()}`);
    const healthy = await fetch(`${url}/api/health`).then(
      ({ status }) => status === 200,
      () => false,
    );
    // The program prints this block last, after every step of its start.
    if (healthy && output().includes("Ctrl-C stops")) return;
    if (Date.now() > deadline) {
      child.kill("SIGTERM");
      throw new Error(`The program did not get healthy:\n${output()}`);
    }
  }
}
