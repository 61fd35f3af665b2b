import { z } from "zod";

/** The range of a backfill, and the version of the trigger that it uses. Later changes of the trigger do not count. */
export const BackfillParams = z.object({
  triggerVersion: z.number(),
  eventSource: z.string(),
  /** received at or after */
  from: z.coerce.date(),
  /** received before */
  to: z.coerce.date(),
});
export type BackfillParams = z.infer<typeof BackfillParams>;
