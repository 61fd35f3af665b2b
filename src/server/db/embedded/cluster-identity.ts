import { randomBytes } from "node:crypto";
import { chownSync, existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { readErrorCode } from "@/server/platform/error-code";
import { StartProblem } from "../start-problem";
import type { ClusterLocation } from "./cluster-location";
import { isLockFileOfAnotherFolder } from "./postmaster";

/*
 * Detects a copied data folder. A data folder and its PostgreSQL files hold the same id, and PostgreSQL's files also
 * hold the path of the folder. After a start as root these files may lie elsewhere, so a copied folder would lead to
 * the original's database.
 */

/** The file in the data folder with the id that PostgreSQL's files must also hold. */
const FOLDER_FILE = "postgres.id";
/** A file among PostgreSQL's files. It holds the id and the path of the data folder. */
const CLUSTER_FILE = "trigger-system.id";
/** The file in the data folder that marks an unfinished restore. */
const RESTORE_FILE = "restore.unfinished";

type Options = { dataDir: string; place: Pick<ClusterLocation, "data" | "runAs">; onEvent?: (line: string) => void };

/**
 * Checks that PostgreSQL's files belong to the data folder. A moved folder keeps its files. A complete copy becomes a
 * separate data folder with a new id.
 * @throws StartProblem if the folder leads to another folder's database, or was copied while its database ran
 */
export function claimClusterForFolder({ dataDir, place, onEvent = () => undefined }: Options): void {
  const here = realpathSync(dataDir);
  const cluster = assertOwnCluster({ dataDir, place });
  if (!cluster) return writeIdentity({ dataDir, place }, readFolderId(dataDir) ?? newId());
  const copiedFrom = originalOf(here, cluster);
  if (copiedFrom)
    onEvent(
      `${here} is a copy of ${copiedFrom}, with a database of its own from now on. ` +
        "Executions that waited when it was copied are sent by both.",
    );
  if (copiedFrom || cluster.path !== here || readFolderId(dataDir) === undefined)
    writeIdentity({ dataDir, place }, copiedFrom ? newId() : cluster.id);
}

/** Makes the same check as `claimClusterForFolder` and writes nothing, for commands beside the running program. */
export function assertOwnCluster({ dataDir, place }: Options): ClusterIdentity | undefined {
  const here = realpathSync(dataDir);
  const cluster = readClusterIdentity(place.data);
  if (!cluster) return undefined;
  const folderId = readFolderId(dataDir);
  if (folderId !== undefined && folderId !== cluster.id)
    throw new StartProblem(
      `The database in ${place.data} belongs to the data folder ${cluster.path}, and not to ${here}. ` +
        `Set DATA_DIR to ${cluster.path}, or to a new folder. ${ADVICE}`,
    );
  const original = originalOf(here, cluster);
  const isInside = `${realpathSync(place.data)}${sep}`.startsWith(`${here}${sep}`);
  if (original && !isInside)
    throw new StartProblem(
      `${here} is a copy of ${original}, and would open that folder's database in ${place.data}. ` +
        `Remove the copy. ${ADVICE}`,
    );
  if (original && isLockFileOfAnotherFolder(place.data))
    throw new StartProblem(
      `${here} was copied from ${original} while its database ran, and such a copy may be damaged. ` +
        `Remove the copy. ${ADVICE}`,
    );
  return cluster;
}

const ADVICE =
  "To copy an installation run `npm run backup -- <file>` there, and `npm run restore -- <file>` with a new DATA_DIR.";

export type ClusterIdentity = { id: string; path: string };

/** Returns the folder from which this folder was copied. Undefined if this folder was only moved. */
function originalOf(here: string, { id, path }: ClusterIdentity): string | undefined {
  return path !== here && readFolderId(path) === id ? path : undefined;
}

const newId = (): string => randomBytes(16).toString("hex");

const readFolderId = (dataDir: string): string | undefined => read(join(dataDir, FOLDER_FILE));

function readClusterIdentity(data: string): ClusterIdentity | undefined {
  const [id, path] = read(join(data, CLUSTER_FILE))?.split("\n") ?? [];
  return id && path ? { id, path } : undefined;
}

function writeIdentity({ dataDir, place }: Options, id: string): void {
  const inCluster = join(place.data, CLUSTER_FILE);
  writeFileSync(join(dataDir, FOLDER_FILE), `${id}\n`, { mode: 0o600 });
  writeFileSync(inCluster, `${id}\n${realpathSync(dataDir)}\n`, { mode: 0o600 });
  if (place.runAs) chownSync(inCluster, place.runAs.uid, place.runAs.gid);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(readErrorCode(error))) return undefined;
    throw error;
  }
}

/** Marks a data folder as one that a restore is filling. `end` removes the mark. */
export function markUnfinishedRestore(dataDir: string): { end(): void } {
  const file = join(dataDir, RESTORE_FILE);
  writeFileSync(file, "A restore fills this folder, or was killed while it did.\n", { mode: 0o600, flag: "wx" });
  return { end: () => rmSync(file) };
}

/**
 * Refuses a start on a data folder whose restore did not finish.
 * @throws StartProblem
 */
export function refuseUnfinishedRestore(dataDir: string): void {
  if (existsSync(join(dataDir, RESTORE_FILE)))
    throw new StartProblem(
      `A restore into ${dataDir} has not ended. Wait for it; where it was killed, remove ${dataDir} and restore again.`,
    );
}
