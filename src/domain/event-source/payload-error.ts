import type { z } from "zod";

/**
 * Describes why a payload was refused, in one line that names the field: `observation.startTime: must be a date …`. It
 * counts further problems.
 */
export function describePayloadError(error: z.ZodError): string {
  const [first] = error.issues;
  if (!first) return "data: is not valid";
  const where = first.path.length > 0 ? first.path.map(String).join(".") : "data";
  const others = error.issues.length - 1;
  const more = others === 0 ? "" : ` (and ${others} more ${others === 1 ? "problem" : "problems"})`;
  return `${where}: ${first.message}${more}`;
}
