import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { findFreePort } from "@/server/db/embedded/postmaster";

const READY_TIMEOUT_MS = 10_000;

/** Returns the path of redis-server: from REDIS_SERVER, or the first one on PATH. Null if there is none. */
export function findRedisServer(): string | null {
  if (process.env.REDIS_SERVER) return process.env.REDIS_SERVER;
  const files = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "redis-server"));
  return files.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a Redis server for the bench. It is as durable as usual for queues: an append-only file that is synchronised
 * each second.
 */
export async function startRedisServer(file: string): Promise<{ port: number; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "trigger-system-redis-"));
  const port = await findFreePort();
  const settings = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "yes",
  ];
  const child = spawn(file, settings, { stdio: "ignore" });
  const ended = once(child, "exit");
  const onExit = (): void => void child.kill("SIGKILL");
  process.once("exit", onExit);
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await isListening(port))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${file} does not start.`);
    await wait(50);
  }
  return {
    port,
    async stop() {
      process.off("exit", onExit);
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = createConnection(port, "127.0.0.1");
  const isOpen = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
}
