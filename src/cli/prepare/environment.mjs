import { Problem } from "./steps.mjs";

/**
 * Loads TypeScript, and parses the environment before anything else is loaded or made: the log reads it too.
 * Every wrong variable is told at once.
 */
export async function readEnvironment() {
  const { register } = await import("tsx/esm/api");
  register();
  const { parseEnv } = await import("../../env.ts");
  const parsed = parseEnv(process.env);
  if (!parsed.ok) throw new Problem(parsed.problems.join("\n"));
  process.env.LOG_LEVEL = parsed.env.logLevel;
  return parsed.env;
}
