import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { prepareDataFolder, startEmbeddedPostgres, type EmbeddedPostgresOptions } from "../db/embedded";
import { markUnfinishedRestore } from "../db/embedded/cluster-identity";
import { findChosenClusterFolder } from "../db/embedded/cluster-location";
import { StartProblem } from "../db/start-problem";

/**
 * Fills a new data folder: starts a PostgreSQL there, lets `fill` write to its empty database, and stops it. After a
 * failure the folder is emptied. A folder whose restore was killed never starts.
 * @param encryptionKey the key to write beside the data; undefined if ENCRYPTION_KEY holds it
 * @throws StartProblem if the folder is not empty
 */
export async function restoreIntoFolder(
  options: Pick<EmbeddedPostgresOptions, "dataDir" | "servePort" | "systemFolder"> & {
    encryptionKey: string | undefined;
  },
  fill: (connectionString: string) => Promise<void>,
): Promise<void> {
  const dataDir = resolve(options.dataDir);
  assertEmptyFolder(dataDir);
  prepareDataFolder(dataDir);
  const restore = markUnfinishedRestore(dataDir);
  try {
    const postgres = await startEmbeddedPostgres({ ...options, isRestore: true });
    try {
      await fill(postgres.connectionString);
      if (options.encryptionKey !== undefined)
        writeFileSync(join(dataDir, "encryption.key"), options.encryptionKey, { mode: 0o600, flag: "wx" });
    } finally {
      await postgres.stop();
    }
  } catch (error) {
    empty(dataDir);
    throw error;
  }
  restore.end();
}

/** Checks that a folder is empty or missing. @throws StartProblem if it is not */
export function assertEmptyFolder(dataDir: string): void {
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new StartProblem(
      `The data folder ${dataDir} is not empty. Nothing was restored. ` +
        "Set DATA_DIR to a new folder, or move this one away.",
    );
}

function empty(dataDir: string): void {
  const data = findChosenClusterFolder(dataDir);
  if (dirname(data) !== dataDir) rmSync(dirname(data), { recursive: true, force: true });
  for (const name of readdirSync(dataDir)) rmSync(join(dataDir, name), { recursive: true, force: true });
}
