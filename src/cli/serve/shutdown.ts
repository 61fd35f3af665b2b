import { setTimeout as wait } from "node:timers/promises";

/** One thing to end, and how long it may take at the most. */
type Ending = { name: string; boundMs: number; end: () => unknown };

export type Shutdown = {
  add(ending: Ending): void;
  run(exitCode: number): Promise<never>;
  isRunning(): boolean;
};

/** The endings of a process that serves take at most so long together, ms. With PostgreSQL's it stays under 10 s. */
export const PROGRAM_END_MS = 7_000;

/** npm passes a Ctrl-C on that the terminal has sent to everyone already: within this time it is the same one. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Ends the process in order, on these signals: the last thing that was added first. A second Ctrl-C ends it at once.
 * @param options isQuiet: nothing is printed, as another process speaks to the person
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
  return { add: (ending) => void endings.push(ending), run, isRunning: () => since !== undefined };
}
