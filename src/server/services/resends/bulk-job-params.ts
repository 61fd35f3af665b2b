import { z } from "zod";
import { ExecutionFilters, StatusFilters } from "../executions/filter-executions";

/** The kinds of bulk jobs: the change that a job makes to many executions. */
export const BulkJobKind = z.enum(["resend", "send_now", "cancel"]);
export type BulkJobKind = z.infer<typeof BulkJobKind>;

/** The most executions that a person can select one by one. */
const IDS_MAX = 1_000;

/** Selects executions by the filters of the history, or by their ids. */
export const BulkJobFilter = ExecutionFilters.extend({
  status: StatusFilters.optional(),
  ids: z.array(z.string().min(1).max(100)).min(1).max(IDS_MAX).optional(),
});
export type BulkJobFilter = z.infer<typeof BulkJobFilter>;

/** Dates are stored as texts in a job, and become dates again. */
const Stored = z.coerce.date();
/**
 * The filter and the parameters that a job stores. `startedAt` fixes the set: an execution that was made, or has
 * changed, after it is not in the set.
 */
export const StoredBulkJobFilter = BulkJobFilter.extend({ from: Stored.optional(), to: Stored.optional() });
export const BulkJobParams = StoredBulkJobFilter.extend({ startedAt: Stored });
export type BulkJobParams = z.infer<typeof BulkJobParams>;

/** Selects finished executions to send again. */
export const ResendFilter = ExecutionFilters.extend({
  status: z
    .array(z.enum(["COMPLETED", "ERROR", "FAILED", "CANCELLED", "SKIPPED"]))
    .min(1, "Choose at least one status of executions that have finished."),
});
