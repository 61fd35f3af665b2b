import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSecretFile } from "@/server/db/embedded/secret-file";
import { findChosenClusterFolder } from "@/server/db/embedded/cluster-location";
import { systemErrorCodeOf, StartProblem } from "@/server/db/start-problem";

/**
 * Loads the encryption key of the embedded default. The first start makes the key before any data. It stays beside the
 * data, and only its owner may read it.
 * @param dataDir an existing folder
 * @throws StartProblem if the key of existing data is missing or cannot be read
 */
export function loadEncryptionKey(dataDir: string): string {
  const file = join(dataDir, "encryption.key");
  const key = readSecretFile(file);
  if (key) return key;
  if (existsSync(findChosenClusterFolder(dataDir))) {
    throw new StartProblem(
      `${file} is missing: the secrets in the data beside it cannot be read without it. ` +
        `Bring it back, give its text in ENCRYPTION_KEY, or remove ${dataDir} to begin anew.`,
    );
  }
  try {
    const made = randomBytes(32).toString("base64");
    writeFileSync(file, made, { mode: 0o600, flag: "wx" });
    return made;
  } catch (error) {
    // Another first start has made the file first, so its key counts.
    if (systemErrorCodeOf(error) === "EEXIST") return readSecretFile(file)!;
    throw error;
  }
}
