import { z } from "zod";

/**
 * The stored parameters of a backfill job: the range of time, and the version of the trigger with which it began. Later
 * changes of the trigger do not affect the backfill. Its deletion ends the backfill.
 */
export const BackfillJobParams = z.object({
  triggerVersion: z.number(),
  eventSource: z.string(),
  /** the beginning of the range: subjects received at this time or later */
  from: z.coerce.date(),
  /** the end of the range: subjects received before this time */
  to: z.coerce.date(),
});
export type BackfillJobParams = z.infer<typeof BackfillJobParams>;
