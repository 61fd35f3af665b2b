import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createUtcClient } from "../utc-connection";
import { readErrorMessage, StartProblem } from "../start-problem";
import { makePathOfPostgresBinary } from "./postgres-binaries";
import { makePostgresCannotRunProblem, isProcessAlive, DATABASE_ROLE, makePostgresEnvironment } from "./cluster";
import type { ClusterLocation } from "./cluster-location";

/** The main process of a running PostgreSQL server, and its port. */
export type Postmaster = { pid: number; port: number };

/** A start failed because another server uses the folder or the port, or is just ending. */
export class PostgresBusyError extends Error {}

const LOG_MAX_BYTES = 10 * 1024 * 1024;
/** How long a start waits for the server, in ms. Recovery after a crash takes seconds, or minutes on a slow disk. */
const READY_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 60_000;

/** The most connections that the server allows by default. */
export const POSTGRES_CONNECTIONS_MAX = 100;

/** The settings of the embedded server. Commits survive a crash. Memory sizes suit a machine with 2 cores and 4 GB. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: String(POSTGRES_CONNECTIONS_MAX),
  shared_buffers: "256MB",
  work_mem: "8MB",
  maintenance_work_mem: "128MB",
  random_page_cost: "1.1",
  jit: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  wal_compression: "on",
  max_wal_size: "2GB",
  checkpoint_timeout: "10min",
  // Autovacuum runs every 10 s, because a new table has no planner statistics until then.
  autovacuum_naptime: "10s",
  synchronous_commit: "on",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_line_prefix: "%m [%p] ",
} as const;

/** The settings of temporary servers for tests, whose data may be lost in a crash. */
export const THROWAWAY_SETTINGS = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  max_connections: "200",
  shared_buffers: "128MB",
  // The server's zone is 5 h 30 min ahead of UTC, so that code that depends on it fails in every test.
  timezone: "Asia/Kolkata",
};

export const makeConnectionString = (options: { port: number; password: string; database?: string }): string =>
  `postgresql://${DATABASE_ROLE}:${options.password}@127.0.0.1:${options.port}/${options.database ?? DATABASE_ROLE}`;

/**
 * Reads process and port of the server from the lock file of PostgreSQL's folder. Undefined if no server runs, or if
 * the lock file came with a copy of another folder.
 */
export function readPostmaster(data: string): Postmaster | undefined {
  const lines = readLockFile(data);
  if (!lines || isLockFileOfAnotherFolder(data)) return undefined;
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 && isProcessAlive(pid) ? { pid, port } : undefined;
}

/** Tells whether the lock file came with a copy of another folder, and so names another server. */
export function isLockFileOfAnotherFolder(data: string): boolean {
  const named = readLockFile(data)?.[1];
  return named !== undefined && realPath(named) !== realPath(data);
}

function readLockFile(data: string): string[] | undefined {
  try {
    return readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
}

const realPath = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path));

export type PostmasterOptions = {
  place: ClusterLocation;
  password: string;
  /** The path of the server's log file. */
  logFile: string;
  /** The port of the server; default: any free port. */
  port?: number;
  settings?: Record<string, string>;
};

/**
 * Starts a server and waits until it answers. The server outlives this process if that is killed, and the next start
 * adopts it.
 * @throws PostgresBusyError, StartProblem
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { place, password, logFile, settings = {} } = options;
  const port = options.port ?? (await findFreePort());
  const log = openSync(logFile, "a+", 0o600);
  if (fstatSync(log).size > LOG_MAX_BYTES) ftruncateSync(log);
  const logStart = fstatSync(log).size;
  const args = Object.entries({ ...SETTINGS, port: String(port), ...settings }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const child = spawn(makePathOfPostgresBinary(place.binaries, "postgres"), ["-D", place.data, ...args], {
    ...place.runAs,
    cwd: dirname(place.data),
    env: makePostgresEnvironment(),
    stdio: ["ignore", log, log],
    /*
     * The server gets its own process group, so that Ctrl-C reaches only this program. The program stops the server
     * last.
     */
    detached: true,
    windowsHide: true,
  });
  child.unref();
  let ended: Error | undefined;
  const onExit = (): void => void (ended ??= whyEnded(place, log, logStart));
  child.once("error", (error) => (ended = makePostgresCannotRunProblem(place, error)));
  child.once("exit", onExit);
  try {
    await untilReady({ port, password, ended: () => ended });
  } finally {
    child.off("exit", onExit);
    closeSync(log);
  }
  return { pid: child.pid!, port };
}

/** Waits until the server accepts a connection. */
async function untilReady(options: { port: number; password: string; ended?: () => Error | undefined }): Promise<void> {
  const { port, password, ended } = options;
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const failure = await tryToConnect(makeConnectionString({ port, password, database: "postgres" }));
    const end = ended?.();
    if (end) throw end;
    if (!failure) return;
    if (Date.now() > deadline)
      throw new StartProblem(
        `PostgreSQL did not get ready within ${READY_TIMEOUT_MS / 1000} s: ${readErrorMessage(failure)}`,
      );
    await wait(25);
  }
}

/**
 * Tries to connect to a server.
 * @returns the error; undefined after success
 */
export async function tryToConnect(connectionString: string): Promise<unknown> {
  const client = createUtcClient(connectionString);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Stops a server and waits up to 60 s for its end. It rolls back open transactions, and loses nothing that was
 * committed.
 */
export async function stopPostmaster(place: ClusterLocation, { pid }: Postmaster): Promise<void> {
  signalPostmasterStop(place, pid);
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isProcessAlive(pid) && Date.now() < deadline) await wait(20);
}

/** Tells a server to stop at once ("fast shutdown"), and does not wait for its end. */
export function signalPostmasterStop(place: ClusterLocation, pid: number): void {
  if (process.platform === "win32") {
    spawnSync(makePathOfPostgresBinary(place.binaries, "pg_ctl"), ["stop", "-D", place.data, "-m", "fast", "-W"], {
      env: makePostgresEnvironment(),
      windowsHide: true,
    });
  } else if (isProcessAlive(pid)) {
    process.kill(pid, "SIGINT");
  }
}

function whyEnded(place: ClusterLocation, log: number, logStart: number): Error {
  const buffer = Buffer.alloc(8_192);
  const text = buffer.toString("utf8", 0, readSync(log, buffer, 0, buffer.length, logStart));
  const line = /(?:FATAL|PANIC):\s*(.+)/.exec(text)?.[1] ?? text.trim().split("\n").at(-1) ?? "";
  if (
    /lock file "postmaster\.pid" (already exists|is empty)|pre-existing shared memory block|could not (bind|create any TCP\/IP)/.test(
      text,
    )
  )
    return new PostgresBusyError(line);
  return new StartProblem(`PostgreSQL could not start on ${place.data}: ${line}`);
}

/** Finds a port on which no process listens. */
export function findFreePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
