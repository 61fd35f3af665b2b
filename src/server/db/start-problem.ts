/**
 * An error that prevents the program's start. Its message is one line that says what to do. The command prints the line
 * without a stack, and exits with 1.
 */
export class StartProblem extends Error {
  override name = "StartProblem";
}

/** Returns the code of an error of Node or PostgreSQL (EACCES, 57P03 …), or "" for any other value. */
export const systemErrorCodeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
};

export const errorMessageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
