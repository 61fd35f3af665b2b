import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { findFreePort } from "@/server/db/embedded/postmaster";
import { forkApp, killApp } from "../fork-app";

const STDERR_MAX = 4_000;

/** A place where the program runs: always the same port, one process after another. */
export type App = {
  /** where its event endpoint is, whether it runs or not */
  url: string;
  /** of the process that runs now, or ran last */
  pid(): number | undefined;
  /** Starts a process, and resolves once it is ready; the milliseconds that took. Rejects where it ends before. */
  start(): Promise<number>;
  /** Starts a process without waiting for it. */
  launch(): void;
  /** kill -9, at any moment; resolves once it is gone. */
  kill(): Promise<void>;
  isRunning(): boolean;
  /** processes that ended without having been killed, and what they said: there must be none */
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
