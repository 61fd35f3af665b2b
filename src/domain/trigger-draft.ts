import { z } from "zod";
import { TriggerInput } from "./trigger";

/** A draft as somebody proposes it: a whole trigger, and the reason for it. */
export const DraftInput = z.object({
  trigger: TriggerInput,
  /** the trigger that the draft changes; unset for a new trigger */
  triggerId: z.string().min(1).max(100).optional(),
  reason: z.string().trim().max(1_000, "A reason has at most 1,000 characters.").default(""),
});
export type DraftInput = z.infer<typeof DraftInput>;

/** The figures of the preview at the time when the draft was proposed. */
export const DraftPreview = z.object({
  scanned: z.number(),
  matched: z.number(),
  sampledIn: z.number(),
  /** estimated executions a day, over all actions; null with too few subjects */
  executionsPerDay: z.number().nullable(),
  /** the newest matching subjects */
  examples: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
});
export type DraftPreview = z.infer<typeof DraftPreview>;
