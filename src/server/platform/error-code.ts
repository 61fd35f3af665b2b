/** Returns the code of an error of Node or PostgreSQL, such as EACCES or 57P03; "" for any other value. */
export function readErrorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "";
}
