import { z } from "zod";

const RESENDABLE = ["COMPLETED", "ERROR", "CANCELLED", "SKIPPED"] as const;

const Id = z.string().min(1).max(1_000);

/** Selects finished executions by the same filter as the history. */
export const ResendFilter = z.object({
  triggerId: Id.optional(),
  actionId: Id.optional(),
  sourceId: Id.optional(),
  /** created at or after */
  from: z.coerce.date().optional(),
  /** created before */
  to: z.coerce.date().optional(),
  status: z.array(z.enum(RESENDABLE)).min(1, "Choose at least one status of executions that have finished."),
});
export type ResendFilter = z.infer<typeof ResendFilter>;

/**
 * The job stores its filter and its start. It sends executions that existed then and match the filter when their chunk
 * runs.
 */
export const ResendParams = ResendFilter.extend({ startedAt: z.coerce.date() });
export type ResendParams = z.infer<typeof ResendParams>;
