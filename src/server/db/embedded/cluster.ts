import { spawnSync } from "node:child_process";
import { chownSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { readErrorCode } from "@/server/platform/error-code";
import { readErrorMessage, StartProblem } from "../start-problem";
import { makePathOfPostgresBinary, type PostgresBinaries } from "./postgres-binaries";
import { readSecretFile } from "./secret-file";
import { makePrivateFolder, type ClusterLocation } from "./cluster-location";

/** The name of the role that the program signs in with on the embedded server, and of its database. */
export const DATABASE_ROLE = "trigger_system";

/** Returns only those environment variables of this process that PostgreSQL needs. None of them can be a secret. */
export function makePostgresEnvironment(): NodeJS.ProcessEnv {
  const inherited = ["PATH", "SystemRoot", "TEMP"].flatMap((name) =>
    process.env[name] ? [[name, process.env[name]]] : [],
  );
  return { LC_ALL: "C", TZ: "UTC", ...Object.fromEntries(inherited) } as NodeJS.ProcessEnv;
}

const passwordFile = (dataDir: string): string => join(dataDir, "postgres.password");

/** Reads the password of the embedded server. Undefined before the first start. */
export const readDatabasePassword = (dataDir: string): string | undefined => readSecretFile(passwordFile(dataDir));

/**
 * Creates PostgreSQL's files by initdb if they are missing, and refuses files that this PostgreSQL version cannot use.
 * @throws StartProblem
 */
export function ensurePostgresCluster(options: {
  dataDir: string;
  place: ClusterLocation;
  binaries: PostgresBinaries;
  sync?: boolean;
}): {
  password: string;
  isNew: boolean;
} {
  const { dataDir, place, binaries, sync = true } = options;
  const isNew = !existsSync(place.data);
  if (!isNew) checkVersion(place.data, binaries);
  const password = readDatabasePassword(dataDir) ?? makePassword(dataDir, isNew);
  if (isNew) initialise(place, password, sync);
  return { password, isNew };
}

function checkVersion(data: string, binaries: PostgresBinaries): void {
  let version: string;
  try {
    version = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  } catch (error) {
    const why =
      readErrorCode(error) === "ENOENT" || readErrorCode(error) === "ENOTDIR"
        ? "is no PostgreSQL data folder"
        : `cannot be read (${readErrorCode(error)})`;
    throw new StartProblem(`${data} ${why}. Set DATA_DIR to another folder, or start as the user whom it belongs to.`);
  }
  if (version !== binaries.major) {
    throw new StartProblem(
      `${data} was made by PostgreSQL ${version}, and this program brings PostgreSQL ${binaries.major}. ` +
        "Run npm run backup -- <file> with the version of this program that made it, then npm run restore -- " +
        "<file> with this version and a new DATA_DIR.",
    );
  }
}

function makePassword(dataDir: string, isNew: boolean): string {
  if (!isNew)
    throw new StartProblem(
      `${passwordFile(dataDir)} is missing: without it the data beside it cannot be opened. ` +
        "Bring it back, or set DATA_DIR to another folder.",
    );
  const password = randomBytes(24).toString("hex");
  try {
    writeFileSync(passwordFile(dataDir), password, { mode: 0o600, flag: "wx" });
    return password;
  } catch (error) {
    // Another start has written the password file first, so its password counts.
    if (readErrorCode(error) === "EEXIST") return readDatabasePassword(dataDir)!;
    throw error;
  }
}

/**
 * Runs initdb in a temporary folder, and renames that folder at the end. An interrupted initdb thus leaves no half-made
 * files.
 */
function initialise(place: ClusterLocation, password: string, sync: boolean): void {
  const draft = `${place.data}.new-${process.pid}`;
  const passwordCopy = `${draft}.password`;
  removeDrafts(place.data);
  makePrivateFolder(draft, place.runAs);
  writeFileSync(passwordCopy, password, { mode: 0o600 });
  if (place.runAs) chownSync(passwordCopy, place.runAs.uid, place.runAs.gid);
  try {
    // The locale C.UTF-8 sorts by code point, as C does, but knows upper and lower case beyond ASCII.
    const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const args = [
      "-D",
      draft,
      "-U",
      DATABASE_ROLE,
      `--pwfile=${passwordCopy}`,
      "--auth=scram-sha-256",
      ...locale,
      "--no-instructions",
      ...(sync ? [] : ["--no-sync"]),
    ];
    const done = spawnSync(makePathOfPostgresBinary(place.binaries, "initdb"), args, {
      ...place.runAs,
      cwd: dirname(draft),
      env: makePostgresEnvironment(),
      encoding: "utf8",
      windowsHide: true,
    });
    if (done.error) throw makePostgresCannotRunProblem(place, done.error);
    if (done.status !== 0)
      throw new StartProblem(
        `PostgreSQL could not make its data folder ${place.data}: ${lastLine(done.stderr)} See that the disk ` +
          "has room and the folder can be written, or set DATA_DIR to another folder.",
      );
    renameSync(draft, place.data);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(join(place.data, "PG_VERSION"))) throw error;
  } finally {
    rmSync(passwordCopy, { force: true });
  }
}

/** Removes temporary folders of starts that were killed during initdb. */
function removeDrafts(data: string): void {
  const folder = dirname(data);
  for (const name of readdirSync(folder)) {
    const pid = Number(/^postgres\.new-(\d+)(\.password)?$/.exec(name)?.[1]);
    if (pid && !isProcessAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return readErrorCode(error) === "EPERM";
  }
}

export const makePostgresCannotRunProblem = (place: ClusterLocation, error: unknown): StartProblem =>
  new StartProblem(
    `The embedded PostgreSQL in ${place.binaries} cannot be run on this machine (${readErrorMessage(error)}). ` +
      "Set DATABASE_URL to a PostgreSQL of your own.",
  );

const lastLine = (text: string): string => {
  const line = text.trim().split("\n").at(-1)?.trim() ?? "";
  return line.endsWith(".") ? line : `${line}.`;
};
