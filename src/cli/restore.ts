import { resolve } from "node:path";
import { createCipher } from "@/server/crypto";
import { verifyArchive, type ArchiveHeader } from "@/server/backup/archive";
import { assertMigrationsKnown, restoreBackup } from "@/server/backup/restore-backup";
import { assertEmptyFolder, restoreIntoFolder } from "@/server/backup/restore-into-folder";
import { createDatabase } from "@/server/db/client";
import { reencryptSecrets } from "@/server/services/reencrypt-secrets";
import { runCommandOrExit } from "./command";
import { readCommandEnvironment } from "./command-environment";
import { resolveFromCallersFolder } from "./files";

/** `npm run restore -- <file>`: fills an empty data folder, or the empty database of DATABASE_URL, with a backup. */
runCommandOrExit(async () => {
  const given = process.argv[2];
  if (!given) throw new Error("Say what from: npm run restore -- ../trigger-system.backup");
  const path = resolveFromCallersFolder(given);
  const env = readCommandEnvironment();
  const dataDir = resolve(env.dataDir);
  if (!env.databaseUrl) assertEmptyFolder(dataDir);
  const header = await verifyArchive(path);
  assertMigrationsKnown(header, path);
  const keys = env.encryptionKeys.length > 0 ? env.encryptionKeys : header.encryptionKeys;
  const fill = async (connectionString: string): Promise<void> => {
    await restoreBackup(connectionString, path);
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
