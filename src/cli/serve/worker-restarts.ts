import type { Logger } from "@/server/log";
import { prepareProgram, readProgramVersion } from "../prepare/prepare.mjs";
import { describeProgram, programsThatRunFrom } from "../prepare/programs.mjs";
import type { WorkerStartValues } from "./worker-messages";
import type { WorkerPool } from "./worker-pool";

export type ProgramVersion = ReturnType<typeof readProgramVersion>;

const WORDS: Record<keyof ProgramVersion, string> = {
  dependencies: "other dependencies",
  schema: "another schema",
  build: "another build",
  program: "another start command",
};

/**
 * Makes the function that restarts the workers after an update. If the program's files are unchanged, it restarts them
 * one by one. Otherwise old and new code would share a database. So it ends all old workers, prepares the files,
 * migrates the database, and starts new workers. Connections wait meanwhile.
 */
export function makeWorkerRestarter(options: {
  pool: WorkerPool;
  start: WorkerStartValues;
  version: ProgramVersion;
  log: Logger;
  /** Tells whether the program is ending, so that a restart must stop. */
  isEnding: () => boolean;
}): () => Promise<void> {
  const { pool, start, log } = options;
  let { version } = options;
  let number = 0;
  let isRunning = false;

  const restart = async (): Promise<string> => {
    const current = readProgramVersion();
    const changes = (Object.keys(WORDS) as (keyof ProgramVersion)[]).filter((part) => current[part] !== version[part]);
    if (changes.length === 0) {
      await pool.restartInTurn();
      return "All workers were restarted in turn.";
    }
    const [other] = programsThatRunFrom("build");
    if (other)
      throw new Error(
        `The program on port ${other.port} (process ${other.pid}) runs from this folder too. End it first`,
      );
    log.warn(
      `The folder holds ${changes.map((part) => WORDS[part]).join(", ")}. All workers end before new ones start.`,
    );
    await pool.retireAll();
    version = await prepareProgram();
    await pool.start(start);
    const note = changes.includes("program") || changes.includes("dependencies");
    const parent = " The parent process goes on with its former code until the program is stopped and started.";
    return `All workers were started again.${note ? parent : ""}`;
  };

  return async () => {
    if (isRunning) return log.warn("A restart is under way already.");
    isRunning = true;
    number += 1;
    describeProgram({ restart: { number, state: "running" } });
    try {
      const message = await restart();
      log.warn(message);
      describeProgram({ restart: { number, state: "done", message } });
    } catch (error) {
      if (options.isEnding()) return;
      const message = `The restart was broken off: ${(error as Error).message}.`;
      log.error(message);
      describeProgram({ restart: { number, state: "failed", message } });
    } finally {
      isRunning = false;
    }
  };
}
