import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv, type Env } from "@/env";
import { StartProblem } from "@/server/db/start-problem";

/** Variables of .env, where those of the shell do not say otherwise. */
export function loadDotEnv(): void {
  if (existsSync(".env")) process.loadEnvFile(".env");
}

/** The environment of a command. @throws StartProblem that lists everything that is wrong with it */
export function readEnv(): Env {
  const result = parseEnv(process.env);
  if (result.ok) return result.env;
  throw new StartProblem(result.problems.length === 1 ? result.problems[0]! : `The environment is not valid:\n${result.problems.map((problem) => `  - ${problem}`).join("\n")}`);
}

/**
 * The keys that secrets are encrypted with: ENCRYPTION_KEY, or on the embedded default the one that lies beside the
 * data, made on the first start and readable by its owner alone.
 */
export function encryptionKeysOf(env: Env, mayMake: boolean): string[] {
  if (env.encryptionKeys.length > 0) return env.encryptionKeys;
  const file = join(env.dataDir, "encryption.key");
  if (existsSync(file)) return [readFileSync(file, "utf8").trim()];
  if (!mayMake) throw new StartProblem(`There is no encryption key in ${file}. Start the program once with npm start.`);
  const key = randomBytes(32).toString("base64");
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return [key];
}
