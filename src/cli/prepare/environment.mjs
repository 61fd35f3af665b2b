import { CommandProblem } from "./steps.mjs";

/**
 * Loads TypeScript, and parses the environment. This happens before the program is loaded, because its log reads the
 * environment too.
 * @throws CommandProblem with all wrong variables
 */
export async function readEnvironment() {
  const { register } = await import("tsx/esm/api");
  register();
  const { parseEnv } = await import("../../env.ts");
  const parsed = parseEnv(process.env);
  if (!parsed.ok) throw new CommandProblem(parsed.problems.join("\n"));
  process.env.LOG_LEVEL = parsed.env.logLevel;
  return parsed.env;
}
