/** Runs a command. After an error it prints one line (with LOG_LEVEL=debug also the stack) and exits with 1. */
export function runCommandOrExit(main: () => Promise<void>): void {
  main().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(process.env.LOG_LEVEL === "debug" ? error : (error as Error).message);
      process.exit(1);
    },
  );
}
