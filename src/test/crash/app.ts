import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { findFreePort } from "@/server/db/embedded/postmaster";
import { forkApp, killApp } from "../fork-app";

const STDERR_MAX = 4_000;

/** Runs the program on one port, one process after another. */
export type App = {
  /** address of the program, also while no process runs */
  url: string;
  /** the id of the process that runs now, or of the last one */
  pid(): number | undefined;
  /**
   * Starts a process and waits until it is ready. Resolves with the milliseconds that took; rejects if the process ends
   * before.
   */
  start(): Promise<number>;
  /** Starts a process without waiting for it. */
  launch(): void;
  /** Ends the process with SIGKILL. Resolves once it has ended. */
  kill(): Promise<void>;
  isRunning(): boolean;
  /** exits of processes that nobody killed, with their last words; must be empty */
  endedByThemselves: string[];
};

export type AppOptions = { connectionString: string; encryptionKey: string; allowedHosts: string[] };

export async function createApp({ connectionString, encryptionKey, allowedHosts }: AppOptions): Promise<App> {
  const port = await findFreePort();
  const endedByThemselves: string[] = [];
  let child: ChildProcess | undefined;
  let killed = false;

  const launch = (): ChildProcess => {
    killed = false;
    const next = forkApp({
      connectionString,
      encryptionKey,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { APP_PROCESS_PORT: String(port), WEBHOOK_ALLOWED_HOSTS: allowedHosts.join(",") },
    });
    child = next;
    let said = "";
    next.stderr!.on("data", (chunk: Buffer) => (said = (said + chunk.toString("utf8")).slice(-STDERR_MAX)));
    next.once("exit", (code, signal) => {
      if (!killed) endedByThemselves.push(`process ${next.pid} ended with ${signal ?? code}: ${said.trim()}`);
    });
    return next;
  };
  const isRunning = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;

  return {
    url: `http://127.0.0.1:${port}`,
    pid: () => child?.pid,
    endedByThemselves,
    isRunning,
    launch: () => void launch(),
    async start() {
      const from = Date.now();
      const next = launch();
      await Promise.race([
        once(next, "message"),
        once(next, "exit").then(() => {
          if (!killed) throw new Error(`The program did not start: ${endedByThemselves.at(-1)}`);
        }),
      ]);
      return Date.now() - from;
    },
    async kill() {
      if (!child || !isRunning()) return;
      killed = true;
      await killApp(child);
    },
  };
}
