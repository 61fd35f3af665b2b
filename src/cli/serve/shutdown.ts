import { setTimeout as wait } from "node:timers/promises";

/** A function that ends a part of the program, and the most time for it in ms. */
type Ending = { name: string; boundMs: number; end: () => unknown };

export type Shutdown = {
  /** Adds a part that ends before all parts that were added earlier. */
  add(ending: Ending): void;
  /** Adds a part that ends after all other parts. */
  endLast(ending: Ending): void;
  run(exitCode: number): Promise<never>;
  isRunning(): boolean;
};

/** The most time for all parts of a serving process to end, in ms. With the end of PostgreSQL it stays below 10 s. */
export const SHUTDOWN_MS_MAX = 7_000;

/**
 * A second signal within this time (ms) counts as the same Ctrl-C. The terminal sends Ctrl-C to all processes, and npm
 * passes it on again.
 */
const SAME_SIGNAL_MS = 1_000;

/**
 * Ends the process in order after a signal. The part that was added last ends first. A second Ctrl-C ends the process
 * at once.
 * @param options isQuiet: prints nothing, because another process tells the person
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
    endLast: (ending) => void endings.unshift(ending),
    run,
    isRunning: () => since !== undefined,
  };
}
