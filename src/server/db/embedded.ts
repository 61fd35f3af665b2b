import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readErrorCode } from "@/server/platform/error-code";
import { createUtcClient } from "./utc-connection";
import { preparePostgresBinaries, type PostgresBinaries } from "./embedded/postgres-binaries";
import { ensurePostgresCluster, readDatabasePassword, DATABASE_ROLE } from "./embedded/cluster";
import {
  makeConnectionString,
  POSTGRES_CONNECTIONS_MAX,
  PostgresBusyError,
  readPostmaster,
  signalPostmasterStop,
  startPostmaster,
  stopPostmaster,
  THROWAWAY_SETTINGS,
  tryToConnect,
  type Postmaster,
  type PostmasterOptions,
} from "./embedded/postmaster";
import { assertOwnCluster, claimClusterForFolder, refuseUnfinishedRestore } from "./embedded/cluster-identity";
import {
  chooseClusterLocation,
  findChosenClusterFolder,
  POSTGRES_FOLDER_FOR_ROOT_STARTS,
  type ClusterLocation,
} from "./embedded/cluster-location";
import { makeFolders } from "./embedded/folders";
import {
  DataFolderHeldError,
  findDataFolderHolder,
  lockDataFolder,
  type DataFolderLock,
  type DataFolderHolder,
} from "./embedded/data-folder-lock";
import { ensureDatabase } from "./embedded/database";
import { removeSuperuserRights } from "./embedded/remove-superuser-rights";
import { StartProblem } from "./start-problem";

/** The PostgreSQL server that the program starts itself, from an npm package. */
export type EmbeddedPostgres = {
  connectionString: string;
  port: number;
  /** The folder of PostgreSQL's files: in the data folder, or elsewhere after a start as root. */
  data: string;
  /** Whether this start created PostgreSQL's files. */
  isNew: boolean;
  /** Whether the server was still running, because an earlier process was killed. */
  adopted: boolean;
  /** Stops the server, and unlocks the data folder. */
  stop(): Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** The data folder, which is created if it is missing. A relative path starts at the working folder. */
  dataDir: string;
  /** The port of this program, which the error message of a second start names. */
  servePort: number;
  /** The number of connections that the server must allow. It allows at least POSTGRES_CONNECTIONS_MAX (100). */
  maxConnections?: number;
  /** Receives lines for the log: what the start waits for or repairs, and that a lost server is started again. */
  onEvent?: (line: string) => void;
  systemFolder?: string;
  /** PostgreSQL's programs; default: those of the npm package for this machine. */
  binaries?: PostgresBinaries;
  /** Whether a restore fills the folder, so that no program uses it yet. */
  isRestore?: boolean;
};

const BUSY_TIMEOUT_MS = 20_000;
/** The longest wait for a server that an earlier process has left starting or stopping, in ms. */
const READY_TIMEOUT_MS = 120_000;
/** The SQLSTATE cannot_connect_now: the server is starting or stopping. */
const NOT_READY = "57P03";

/**
 * Starts PostgreSQL on a data folder. It adopts a server that a killed process left running. One process at a time may
 * use a data folder. A server that dies is started again on the same port.
 * @throws StartProblem with one line for a person
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { servePort, onEvent = () => undefined, systemFolder = POSTGRES_FOLDER_FOR_ROOT_STARTS } = options;
  const dataDir = prepareDataFolder(options.dataDir);
  if (!options.isRestore) refuseUnfinishedRestore(dataDir);
  const binaries = options.binaries ?? preparePostgresBinaries();
  const place = chooseClusterLocation({ dataDir, binaries, systemFolder, onEvent });
  const { password, isNew } = ensurePostgresCluster({ dataDir, place, binaries });
  claimClusterForFolder({ dataDir, place, onEvent });
  const settings = { max_connections: String(Math.max(options.maxConnections ?? 0, POSTGRES_CONNECTIONS_MAX)) };
  const start: PostmasterOptions = { place, password, logFile: join(dataDir, "postgres.log"), settings };
  const { postmaster: first, adopted } = await startOrAdopt(start, onEvent);
  const { port } = first;
  const connectionString = makeConnectionString({ port, password });

  let postmaster = first;
  const stopping = new AbortController();
  let restarting = Promise.resolve();
  let hold: DataFolderLock;
  const onLost = async (): Promise<void> => {
    if (!stopping.signal.aborted) await (restarting = restart());
  };
  const restart = async (): Promise<void> => {
    onEvent("PostgreSQL was lost; starting it again");
    for (let pause = 500; !stopping.signal.aborted; pause = Math.min(2 * pause, 10_000)) {
      try {
        ({ postmaster } = await startOrAdopt({ ...start, port }, onEvent));
        hold = await lockDataFolder({ connectionString, dataDir, servePort, onLost });
        return onEvent("PostgreSQL is back");
      } catch (error) {
        onEvent(`PostgreSQL cannot be started again yet: ${(error as Error).message}`);
        await wait(pause, undefined, stopping).catch(() => undefined);
      }
    }
  };
  try {
    await ensureDatabase(makeConnectionString({ port, password, database: "postgres" }), DATABASE_ROLE);
    hold = await lockDataFolder({ connectionString, dataDir, servePort, onLost });
    if (await removeSuperuserRights({ port, password })) {
      /*
       * The role's rights have changed, but the connection that locks the folder still has the old ones. So it is
       * opened again.
       */
      await hold.release();
      hold = await lockDataFolder({ connectionString, dataDir, servePort, onLost });
    }
  } catch (error) {
    // DataFolderHeldError: another program has adopted the PostgreSQL that this one started, and goes on using it.
    if (!adopted && !(error instanceof DataFolderHeldError)) await stopPostmaster(place, postmaster);
    throw error;
  }
  const onExit = (): void => signalPostmasterStop(place, postmaster.pid);
  process.once("exit", onExit);
  return {
    connectionString,
    port,
    data: place.data,
    isNew,
    adopted,
    async stop() {
      stopping.abort();
      process.off("exit", onExit);
      // Without this wait, a server that is being started again would outlive `stop` and write into the folder.
      await restarting;
      await hold.release();
      await stopPostmaster(place, postmaster);
    },
  };
}

/**
 * Finds the database of the program that runs on a data folder, for commands beside it. Undefined if no program runs.
 */
export async function findEmbeddedPostgres(
  dataDirGiven: string,
): Promise<{ connectionString: string; holder: DataFolderHolder } | undefined> {
  const dataDir = resolve(dataDirGiven);
  const data = findChosenClusterFolder(dataDir);
  const postmaster = readPostmaster(data);
  const password = readDatabasePassword(dataDir);
  if (!postmaster || !password) return undefined;
  assertOwnCluster({ dataDir, place: { data, runAs: undefined } });
  const connectionString = makeConnectionString({ port: postmaster.port, password });
  const client = createUtcClient(connectionString);
  try {
    await client.connect();
    const holder = await findDataFolderHolder(client);
    return holder && { connectionString, holder };
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Starts a temporary PostgreSQL below the system's temporary folder, for tests and for new migrations. Its stop deletes
 * it.
 */
export async function startThrowawayPostgres(
  settings: Record<string, string> = {},
): Promise<{ connectionString: string; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "trigger-system-postgres-"));
  chmodSync(dataDir, 0o711);
  const binaries = preparePostgresBinaries();
  const place = chooseClusterLocation({ dataDir, binaries });
  const { password } = ensurePostgresCluster({ dataDir, place, binaries, sync: false });
  const postmaster = await startPostmaster({
    place,
    password,
    logFile: join(dataDir, "postgres.log"),
    settings: { ...THROWAWAY_SETTINGS, ...settings },
  });
  const onExit = (): void => signalPostmasterStop(place, postmaster.pid);
  process.once("exit", onExit);
  return {
    connectionString: makeConnectionString({ port: postmaster.port, password, database: "postgres" }),
    async stop() {
      process.off("exit", onExit);
      await stopPostmaster(place, postmaster);
      if (!place.data.startsWith(dataDir)) rmSync(dirname(place.data), { recursive: true, force: true });
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function startOrAdopt(
  start: PostmasterOptions,
  onEvent: (line: string) => void,
): Promise<{ postmaster: Postmaster; adopted: boolean }> {
  const { place, password } = start;
  const begun = Date.now();
  for (const deadline = begun + BUSY_TIMEOUT_MS; ; await wait(200)) {
    const running = readPostmaster(place.data);
    const failure =
      running && (await tryToConnect(makeConnectionString({ port: running.port, password, database: "postgres" })));
    if (running && !failure) return { postmaster: running, adopted: true };
    // The server is starting or stopping. The next round of this loop shows which of the two.
    if (running && readErrorCode(failure) === NOT_READY && Date.now() < begun + READY_TIMEOUT_MS) continue;
    try {
      return { postmaster: await startPostmaster(start), adopted: false };
    } catch (error) {
      if (!(error instanceof PostgresBusyError)) throw error;
      onEvent(`PostgreSQL's data folder is in use; waiting (${error.message})`);
      if (Date.now() > deadline) throw busyProblem(place, running);
    }
  }
}

function busyProblem(place: ClusterLocation, running: Postmaster | undefined): StartProblem {
  const lockFile = join(place.data, "postmaster.pid");
  return new StartProblem(
    running
      ? `${lockFile} says that process ${running.pid} has the data, and it does not let us in. End that process; ` +
          "if it is no PostgreSQL at all, remove that file."
      : `PostgreSQL's data folder ${place.data} is still in use by a server that is ending. Start again in a moment.`,
  );
}

/**
 * Creates a data folder if it is missing.
 * @returns its absolute path
 * @throws StartProblem if the folder cannot be used
 */
export function prepareDataFolder(given: string): string {
  const dataDir = resolve(given);
  const advice = "Set DATA_DIR to a folder that can be written.";
  try {
    const isRoot = process.getuid?.() === 0;
    /*
     * After a start as root, PostgreSQL's user must be able to pass through the folder. Each secret file in it has its
     * own permissions.
     */
    const made = makeFolders(dataDir, isRoot ? 0o711 : 0o700);
    if (isRoot) for (const folder of made) chmodSync(folder, 0o711);
    if (!statSync(dataDir).isDirectory()) throw new StartProblem(`The data folder ${dataDir} is a file. ${advice}`);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof StartProblem) throw error;
    const code = readErrorCode(error);
    if (code === "EEXIST" || code === "ENOTDIR")
      throw new StartProblem(`The data folder ${dataDir} is a file, or lies below one. ${advice}`);
    const why =
      code === "EACCES" || code === "EPERM"
        ? "must not be written by this user"
        : code === "EROFS"
          ? "is on a read-only disk"
          : `cannot be used (${code})`;
    throw new StartProblem(`The data folder ${dataDir} ${why}. ${advice}`);
  }
  return dataDir;
}
