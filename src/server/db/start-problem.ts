/**
 * An error that prevents the program's start. Its message is one line that says what to do. The command prints the line
 * and exits with 1. Only LOG_LEVEL=debug adds the stack.
 */
export class StartProblem extends Error {
  override name = "StartProblem";
}

export const readErrorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));
