import { z } from "zod";

/** What a backfill is about. The trigger is as it was in that version, whatever becomes of it meanwhile. */
export const BackfillParams = z.object({
  triggerVersion: z.number(),
  eventSource: z.string(),
  /** received at or after */
  from: z.coerce.date(),
  /** received before */
  to: z.coerce.date(),
});
export type BackfillParams = z.infer<typeof BackfillParams>;
