import { parseEnv, type Env } from "@/env";
import { StartProblem } from "@/server/db/start-problem";

/** The environment of a command. @throws StartProblem that lists everything that is wrong with it */
export function readEnv(): Env {
  const result = parseEnv(process.env);
  if (!result.ok) throw new StartProblem(result.problems.join("\n"));
  return result.env;
}
