import type { z } from "zod";

/**
 * Describes in one line why a payload was refused: `observation.startTime: must be a date …`. The line names the first
 * field and counts further problems.
 */
export function describePayloadError(error: z.ZodError): string {
  const [first] = error.issues;
  if (!first) return "data: is not valid";
  const where = first.path.length > 0 ? first.path.map(String).join(".") : "data";
  const others = error.issues.length - 1;
  const more = others === 0 ? "" : ` (and ${others} more ${others === 1 ? "problem" : "problems"})`;
  return `${where}: ${first.message}${more}`;
}
