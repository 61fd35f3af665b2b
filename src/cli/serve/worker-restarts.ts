import { setTimeout } from "node:timers/promises";
import type { Logger } from "@/server/log";
import { prepareProgram, readProgramVersion } from "../prepare/prepare.mjs";
import { recordProgram, listProgramsRunningFrom } from "../prepare/programs.mjs";
import type { WorkerStartValues } from "./worker-messages";
import type { WorkerPool } from "./worker-pool";

export type ProgramVersion = ReturnType<typeof readProgramVersion>;

const WORDS: Record<keyof ProgramVersion, string> = {
  dependencies: "other dependencies",
  schema: "another schema",
  build: "another build",
  program: "another start command",
};

/** The pause before the first new try of a restart that left no worker, in ms. Each further pause is twice as long. */
const FIRST_PAUSE_MS = 5_000;
const PAUSE_MAX_MS = 60_000;

/**
 * Makes the function that restarts the workers after an update. If the program's files are unchanged, it restarts them
 * one by one. Otherwise old and new code would share a database. So it ends all old workers, prepares the files,
 * migrates the database, and starts new workers. Connections wait meanwhile. If the new workers do not start, it tries
 * again, with growing pauses, because the old workers have ended.
 */
export function makeWorkerRestarter(options: {
  pool: WorkerPool;
  start: WorkerStartValues;
  version: ProgramVersion;
  log: Logger;
  /** Tells whether the program is ending, so that a restart must stop. */
  isEnding: () => boolean;
  /** Reads and prepares the files of the program. Tests replace them. */
  files?: { readVersion: () => ProgramVersion; prepare: () => Promise<ProgramVersion> };
  /** Waits before a new try. Tests replace it. */
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}): () => Promise<void> {
  const { pool, start, log, isEnding } = options;
  const { readVersion, prepare } = options.files ?? { readVersion: readProgramVersion, prepare: prepareProgram };
  const wait = options.wait ?? ((ms, signal) => setTimeout(ms, undefined, { signal }));
  let { version } = options;
  let number = 0;
  let isRunning = false;
  let isWithoutWorkers = false;
  let failures = 0;
  /** Ends the pause before the next try, because somebody has asked for a restart. */
  let pause = new AbortController();

  const restart = async (): Promise<string> => {
    const current = readVersion();
    const changes = (Object.keys(WORDS) as (keyof ProgramVersion)[]).filter((part) => current[part] !== version[part]);
    if (changes.length === 0 && !isWithoutWorkers) {
      await pool.restartInTurn();
      return "All workers were restarted in turn.";
    }
    const [other] = listProgramsRunningFrom("build");
    if (other)
      throw new Error(
        `The program on port ${other.port} (process ${other.pid}) runs from this folder too. End it first`,
      );
    if (changes.length > 0)
      log.warn(
        `The folder holds ${changes.map((part) => WORDS[part]).join(", ")}. All workers end before new ones start.`,
      );
    isWithoutWorkers = true;
    await pool.retireAll();
    const prepared = await prepare();
    await pool.start(start);
    isWithoutWorkers = false;
    version = prepared;
    const note = changes.includes("program") || changes.includes("dependencies");
    const parent = " The parent process goes on with its former code until the program is stopped and started.";
    return `All workers were started again.${note ? parent : ""}`;
  };

  const tryAgainAfter = async (pauseMs: number): Promise<void> => {
    const { signal } = (pause = new AbortController());
    await wait(pauseMs, signal).catch(() => undefined);
    if (!signal.aborted && !isEnding()) await run();
  };

  const run = async (): Promise<void> => {
    if (isRunning) return log.warn("A restart is under way already.");
    isRunning = true;
    pause.abort();
    number += 1;
    recordProgram({ restart: { number, state: "running" } });
    try {
      const message = await restart();
      failures = 0;
      log.warn(message);
      recordProgram({ restart: { number, state: "done", message } });
    } catch (error) {
      if (isEnding()) return;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, PAUSE_MAX_MS);
      const next = isWithoutWorkers ? ` No worker serves now. The next try begins in ${pauseMs / 1000} s.` : "";
      const message = `The restart was broken off: ${(error as Error).message}.${next}`;
      log.error(message);
      recordProgram({ restart: { number, state: "failed", message } });
      if (!isWithoutWorkers) return;
      failures += 1;
      void tryAgainAfter(pauseMs);
    } finally {
      isRunning = false;
    }
  };
  return run;
}
