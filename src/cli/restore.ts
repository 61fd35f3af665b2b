import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createCipher } from "@/server/crypto";
import { verifyArchive, type ArchiveHeader } from "@/server/backup/archive";
import { assertMigrationsKnown, restoreBackup, type RestoredBackup } from "@/server/backup/restore-backup";
import { assertEmptyFolder, restoreIntoFolder } from "@/server/backup/restore-into-folder";
import { createDatabase } from "@/server/db/client";
import { reencryptSecrets } from "@/server/services/reencrypt-secrets";
import { runCommandOrExit } from "./command";
import { readCommandEnvironment } from "./command-environment";
import { resolveFromCallersFolder } from "./files";

/**
 * `npm run restore -- <file> [--paused]`: fills an empty data folder, or the empty database of DATABASE_URL, with a
 * backup. `--paused` pauses every action.
 */
runCommandOrExit(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { paused: { type: "boolean" } } });
  const [given] = positionals;
  if (!given) throw new Error("Say what from: npm run restore -- ../trigger-system.backup");
  const path = resolveFromCallersFolder(given);
  const env = readCommandEnvironment();
  const dataDir = resolve(env.dataDir);
  if (!env.databaseUrl) assertEmptyFolder(dataDir);
  const header = await verifyArchive(path);
  assertMigrationsKnown(header, path);
  const keys = env.encryptionKeys.length > 0 ? env.encryptionKeys : header.encryptionKeys;
  const pausesActions = values.paused ?? false;
  let waiting: RestoredBackup["waiting"] | undefined;
  const fill = async (connectionString: string): Promise<void> => {
    ({ waiting } = await restoreBackup(connectionString, path, { pausesActions }));
    await encryptAnew(connectionString, keys, header);
  };
  if (env.databaseUrl) await fill(env.databaseUrl);
  else {
    const encryptionKey = env.encryptionKeys.length > 0 ? undefined : keys[0];
    await restoreIntoFolder({ dataDir, servePort: env.port, encryptionKey }, fill);
  }
  console.log(
    `Restored the backup of ${header.createdAt} into ` +
      `${env.databaseUrl ? "the database of DATABASE_URL" : dataDir}. Start the program: npm start\n` +
      "Let only one of the two installations run: each sends the executions that waited.",
  );
  if (pausesActions) console.log("Every action is paused. Let one go on once its executions may be sent.");
  else if (waiting!.executions > 0)
    console.log(
      `${waiting!.executions} executions of ${waiting!.actions} actions wait, and are sent after the start. Those ` +
        "that were delivered after the backup are sent again, with the same webhook-id. " +
        "To look at them first, restore with --paused.",
    );
});

/** Encrypts the restored secrets with the first key, so that the older keys in the backup are no longer needed. */
async function encryptAnew(connectionString: string, keys: readonly string[], header: ArchiveHeader): Promise<void> {
  const db = createDatabase(connectionString, 2);
  try {
    await reencryptSecrets({ db, cipher: createCipher([...keys, ...header.encryptionKeys]) });
  } finally {
    await db.$disconnect();
  }
}
