import { z } from "zod";
import { ExecutionFilters, StatusFilters } from "../executions/filter-executions";

/** The kinds of bulk jobs: the change that a job makes to many executions. */
export const BulkKind = z.enum(["resend", "send_now", "cancel"]);
export type BulkKind = z.infer<typeof BulkKind>;

/** The most executions that a person can select one by one. */
const IDS_MAX = 1_000;

/** Selects executions by the filters of the history, or by their ids. */
export const BulkFilter = ExecutionFilters.extend({
  status: StatusFilters.optional(),
  ids: z.array(z.string().min(1).max(100)).min(1).max(IDS_MAX).optional(),
});
export type BulkFilter = z.infer<typeof BulkFilter>;

/** Dates are stored as texts in a job, and become dates again. */
const Stored = z.coerce.date();
/**
 * The filter and the parameters that a job stores. `startedAt` fixes the set: an execution that was made, or has
 * changed, after it is not in the set.
 */
export const StoredBulkFilter = BulkFilter.extend({ from: Stored.optional(), to: Stored.optional() });
export const BulkParams = StoredBulkFilter.extend({ startedAt: Stored });
export type BulkParams = z.infer<typeof BulkParams>;

/** Selects finished executions to send again. */
export const ResendFilter = ExecutionFilters.extend({
  status: z
    .array(z.enum(["COMPLETED", "ERROR", "FAILED", "CANCELLED", "SKIPPED"]))
    .min(1, "Choose at least one status of executions that have finished."),
});
