/**
 * Runs a command to its end. After an error it prints one line for a person (with LOG_LEVEL=debug the stack too) and
 * exits with 1.
 */
export function runCommandToEnd(main: () => Promise<void>): void {
  main().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(process.env.LOG_LEVEL === "debug" ? error : (error as Error).message);
      process.exit(1);
    },
  );
}
