import type { z } from "zod";

/** Says why a stored configuration cannot be read, and names the first field at fault. */
export function describeStoredConfigurationProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  const where = issue?.path.length ? ` (${issue.path.join(".")}: ${issue.message})` : "";
  return `The stored configuration cannot be read${where}. Enter it again.`;
}
