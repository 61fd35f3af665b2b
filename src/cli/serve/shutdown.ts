import { setTimeout as wait } from "node:timers/promises";

/** One thing to end, and how long it may take at the most. */
type Ending = { name: string; boundMs: number; end: () => unknown };

/** npm passes a Ctrl-C on that the terminal has sent to everyone already: within this time it is the same one. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Ends the program in order, on Ctrl-C and SIGTERM: the last thing that was added first. All bounds together stay
 * under 10 s. A second Ctrl-C ends it at once.
 */
export function createShutdown(): {
  add(ending: Ending): void;
  run(exitCode: number): Promise<never>;
  isRunning(): boolean;
} {
  const endings: Ending[] = [];
  let since: number | undefined;

  const run = async (exitCode: number): Promise<never> => {
    since = Date.now();
    for (const { name, boundMs, end } of endings.reverse()) {
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
  const onSignal = (): void => {
    if (since === undefined) {
      console.log("\nStopping …");
      void run(0);
    } else if (Date.now() - since > SAME_SIGNAL_MS) {
      process.exit(130);
    }
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return { add: (ending) => void endings.push(ending), run, isRunning: () => since !== undefined };
}
