import { parseEnv, type Env } from "@/env";
import { StartProblem } from "@/server/db/start-problem";

/**
 * Returns the settings of a command, parsed from the environment.
 * @throws StartProblem that lists all wrong variables
 */
export function readCommandEnvironment(): Env {
  const result = parseEnv(process.env);
  if (!result.ok) throw new StartProblem(result.problems.join("\n"));
  return result.env;
}
