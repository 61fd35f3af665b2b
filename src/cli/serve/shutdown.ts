import { setTimeout as wait } from "node:timers/promises";

/** A part of the program to end, and the most time for it, ms. */
type Ending = { name: string; boundMs: number; end: () => unknown };

export type Shutdown = {
  add(ending: Ending): void;
  /** adds a part that ends after all others */
  addFirst(ending: Ending): void;
  run(exitCode: number): Promise<never>;
  isRunning(): boolean;
};

/** The most time for all endings of a process that serves, ms. Together with PostgreSQL's end it stays below 10 s. */
export const SHUTDOWN_MS_MAX = 7_000;

/**
 * The time within which a second signal counts as the same Ctrl-C, ms. The terminal sends a Ctrl-C to all processes,
 * and npm passes it on.
 */
const SAME_SIGNAL_MS = 1_000;

/**
 * Ends the process in order on these signals: the part that was added last ends first. A second Ctrl-C ends it at once.
 * @param options isQuiet: prints nothing, because another process prints for the person
 */
export function createShutdown(options: { signals: NodeJS.Signals[]; isQuiet?: boolean }): Shutdown {
  const endings: Ending[] = [];
  let since: number | undefined;

  let running: Promise<never> | undefined;
  const run = (exitCode: number): Promise<never> => (running ??= endAll(exitCode));
  const endAll = async (exitCode: number): Promise<never> => {
    since = Date.now();
    for (let ending = endings.pop(); ending; ending = endings.pop()) {
      const { name, boundMs, end } = ending;
      const ended = Promise.resolve()
        .then(end)
        .then(
          () => true,
          (error: unknown) => (console.error(`${name}: ${(error as Error).message}`), true),
        );
      if (!(await Promise.race([ended, wait(boundMs, false)])))
        console.error(`${name} took longer than ${boundMs / 1000} s and is left behind.`);
    }
    process.exit(exitCode);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (since === undefined) {
      if (!options.isQuiet) console.log("\nStopping …");
      void run(0);
    } else if (signal === "SIGINT" && Date.now() - since > SAME_SIGNAL_MS) {
      process.exit(130);
    }
  };
  for (const signal of options.signals) process.on(signal, onSignal);
  return {
    add: (ending) => void endings.push(ending),
    addFirst: (ending) => void endings.unshift(ending),
    run,
    isRunning: () => since !== undefined,
  };
}
