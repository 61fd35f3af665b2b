import { z } from "zod";

/**
 * The range of a backfill, and the version of the trigger that it uses. The backfill ignores later changes of the
 * trigger.
 */
export const BackfillJobParams = z.object({
  triggerVersion: z.number(),
  eventSource: z.string(),
  /** subjects received at this time or later */
  from: z.coerce.date(),
  /** subjects received before this time */
  to: z.coerce.date(),
});
export type BackfillJobParams = z.infer<typeof BackfillJobParams>;
