import { readErrorCode } from "@/server/platform/error-code";
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSecretFile } from "@/server/db/embedded/secret-file";
import { findChosenClusterFolder } from "@/server/db/embedded/cluster-location";
import { StartProblem } from "@/server/db/start-problem";

/**
 * Loads the generated encryption key from the data folder. The first start makes it before any data. Only the folder's
 * owner may read the file.
 * @param dataDir an existing folder
 * @throws StartProblem if the folder has data but no readable key
 */
export function loadOrMakeEncryptionKey(dataDir: string): string {
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
    // Another first start has written the file before this one, so its key counts.
    if (readErrorCode(error) === "EEXIST") return readSecretFile(file)!;
    throw error;
  }
}
