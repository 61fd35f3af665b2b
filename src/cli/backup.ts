import { statSync } from "node:fs";
import { writeBackup } from "@/server/backup/write-backup";
import { runCommandOrExit } from "./command";
import { openCommandDatabase } from "./command-database";
import { readCommandEnvironment } from "./command-environment";
import { formatBytes, resolveFromCallersFolder } from "./files";

/** `npm run backup -- <file>`: writes all data and the encryption keys to one file. The program may run meanwhile. */
runCommandOrExit(async () => {
  const given = process.argv[2];
  if (!given) throw new Error("Say where to: npm run backup -- ../trigger-system.backup");
  const path = resolveFromCallersFolder(given);
  const { connectionString, encryptionKeys, close } = await openCommandDatabase(readCommandEnvironment());
  try {
    const { tables, rows } = await writeBackup({ connectionString, path, encryptionKeys, now: new Date() });
    console.log(
      `Backed up ${rows} rows of ${tables} tables to ${path} (${formatBytes(statSync(path).size)}).\n` +
        "The key is in the file: whoever has the file can read the secrets. Keep it as you keep a password.",
    );
  } finally {
    await close();
  }
});
