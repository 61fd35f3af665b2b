import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { readErrorCode } from "@/server/platform/error-code";
import { StartProblem } from "../start-problem";
import type { PostgresBinaries } from "./postgres-binaries";
import { makeFolders } from "./folders";
import { repairClusterOwner, type PostgresUser } from "./cluster-owner";

/**
 * The folders of PostgreSQL's programs and files, and the user that runs it. An undefined user means the user of this
 * process.
 */
export type ClusterLocation = { binaries: string; data: string; runAs: PostgresUser | undefined };

/**
 * The folder for PostgreSQL's programs and files after a start as root, if the user that runs PostgreSQL cannot reach
 * their usual folders.
 */
export const POSTGRES_FOLDER_FOR_ROOT_STARTS = "/var/lib/trigger-system";
/** The file in the data folder that names the folder of PostgreSQL's files, if that folder lies elsewhere. */
const NOTE = "postgres.place";

export type ClusterLocationOptions = {
  /** The data folder, as an absolute path; it must exist. */
  dataDir: string;
  binaries: PostgresBinaries;
  systemFolder?: string;
  /** Receives a line for the log about each repair. */
  onEvent?: (line: string) => void;
};

/**
 * Chooses PostgreSQL's folders and its user, the same at every start. An ordinary user keeps all files below the data
 * folder. After a start as root, PostgreSQL runs as an existing unprivileged user. If that user cannot reach a folder,
 * the folder lies below /var/lib, and a file in the data folder names it.
 * @throws StartProblem
 */
export function chooseClusterLocation(options: ClusterLocationOptions): ClusterLocation {
  const { dataDir, binaries, systemFolder = POSTGRES_FOLDER_FOR_ROOT_STARTS, onEvent = () => undefined } = options;
  const own = join(dataDir, "postgres");
  if (!isRoot()) {
    refuseRootsData(dataDir, own);
    return { binaries: binaries.root, data: own, runAs: undefined };
  }

  const noted = readNote(dataDir);
  const existing = noted ?? (existsSync(own) ? own : undefined);
  const runAs = existing ? ownerOf(existing) : findUnprivilegedUser();
  const formerOwner = existing ? repairClusterOwner(existing, runAs) : undefined;
  if (formerOwner !== undefined)
    onEvent(
      `Files in ${existing} belonged to uid ${formerOwner}. ` +
        `They belong to uid ${runAs.uid} again, whom PostgreSQL runs as.`,
    );
  if (existing && !canReachPath(existing, runAs)) {
    throw new StartProblem(
      `PostgreSQL's user (uid ${runAs.uid}) can no longer reach ${existing}. ` +
        "Give the folders above it the right to be passed (chmod o+x), or set DATA_DIR to another folder.",
    );
  }
  return {
    binaries: canReachPath(binaries.root, runAs) ? binaries.root : copyBinaries(binaries, systemFolder),
    data: existing ?? (canReachPath(dataDir, runAs) ? own : newSystemPlace(dataDir, systemFolder)),
    runAs,
  };
}

/** Returns the folder of PostgreSQL's files that an earlier start chose. The folder may not exist yet. */
export function findChosenClusterFolder(dataDir: string): string {
  return (isRoot() ? readNote(dataDir) : undefined) ?? join(dataDir, "postgres");
}

const isRoot = (): boolean => process.getuid?.() === 0;

function readNote(dataDir: string): string | undefined {
  const note = join(dataDir, NOTE);
  if (!existsSync(note)) return undefined;
  const place = readFileSync(note, "utf8").trim();
  if (existsSync(dirname(place))) return place;
  throw new StartProblem(
    `The data that ${note} names is gone: ${place}. Bring it back, or remove ${dataDir} to begin anew.`,
  );
}

/**
 * Refuses a start as an ordinary user if starts as root have put the data elsewhere. It would begin with an empty
 * database.
 */
function refuseRootsData(dataDir: string, own: string): void {
  const note = join(dataDir, NOTE);
  if (!existsSync(note) || existsSync(own)) return;
  throw new StartProblem(
    `The data of ${dataDir} lies in ${readFileSync(note, "utf8").trim()}, where only root's starts reach it. ` +
      "Start as root; or run npm run backup as root and npm run restore as this user, with a new DATA_DIR.",
  );
}

function newSystemPlace(dataDir: string, systemFolder: string): string {
  const folder = join(
    systemFolder,
    `${basename(dirname(dataDir))}-${randomBytes(4).toString("hex")}`.replace(/[^\w.-]/g, "_"),
  );
  makeSystemFolder(folder);
  const place = join(folder, "postgres");
  writeFileSync(join(dataDir, NOTE), `${place}\n`);
  return place;
}

function copyBinaries(binaries: PostgresBinaries, systemFolder: string): string {
  const target = join(systemFolder, `postgresql-${binaries.version}`);
  if (existsSync(target)) return target;
  makeSystemFolder(systemFolder);
  const copy = `${target}.${process.pid}`;
  cpSync(binaries.root, copy, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(copy, target);
  } catch (error) {
    // Another start of the same version has created the folder first.
    rmSync(copy, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/**
 * Creates a folder and the missing folders above it. Every user can pass through the new folders, whatever the umask
 * is. Existing folders keep their permissions.
 * @throws StartProblem if a folder cannot be created
 */
function makeSystemFolder(path: string): void {
  try {
    for (const made of makeFolders(path, 0o755)) chmodSync(made, 0o755);
  } catch (error) {
    throw new StartProblem(
      `As root, PostgreSQL needs a folder that its unprivileged user can reach, and ${path} cannot be made ` +
        `(${readErrorCode(error)}). Start as an ordinary user, set DATA_DIR and the clone to a place below ` +
        "/srv or /opt, or set DATABASE_URL.",
    );
  }
}

/** Creates a folder that only its owner can open. */
export function makePrivateFolder(path: string, runAs: PostgresUser | undefined): void {
  mkdirSync(path, { mode: 0o700 });
  if (runAs) chownSync(path, runAs.uid, runAs.gid);
}

function ownerOf(data: string): PostgresUser {
  const stat = statSync(data, { throwIfNoEntry: false });
  if (!stat) return findUnprivilegedUser();
  const { uid, gid } = stat;
  return uid === 0 ? findUnprivilegedUser() : { uid, gid };
}

/** Finds an unprivileged user of the system: `postgres`, else `_postgres` (macOS), else `nobody`. */
export function findUnprivilegedUser(passwd = "/etc/passwd"): PostgresUser {
  const users = existsSync(passwd)
    ? readFileSync(passwd, "utf8")
        .split("\n")
        .map((line) => line.split(":"))
    : [];
  for (const name of ["postgres", "_postgres", "nobody"]) {
    const user = users.find((fields) => fields[0] === name);
    const [uid, gid] = [Number(user?.[2]), Number(user?.[3])];
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new StartProblem(
    "PostgreSQL refuses to run as root, and this machine has no user postgres or nobody to run it as. " +
      "Start as an ordinary user, or set DATABASE_URL.",
  );
}

/** Tells whether a user may enter a path and every folder above it. Folders that do not exist are no obstacle. */
export function canReachPath(path: string, user: PostgresUser): boolean {
  for (let folder = existsSync(path) ? realpathSync(path) : resolve(path); ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat) {
      const bit = stat.uid === user.uid ? 0o100 : stat.gid === user.gid ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) return false;
    }
    if (dirname(folder) === folder) return true;
  }
}
