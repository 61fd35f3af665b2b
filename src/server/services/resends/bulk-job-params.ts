import { z } from "zod";
import { ExecutionFilters, StatusFilters } from "../executions/filter-executions";

/** The work of a bulk job on many executions: resend finished ones, send waiting ones now, or cancel waiting ones. */
export const BulkJobKind = z.enum(["resend", "send_now", "cancel"]);
export type BulkJobKind = z.infer<typeof BulkJobKind>;

/** A person can select at most this many executions one by one. */
const IDS_MAX = 1_000;

/**
 * Selects the executions of a bulk job: those that fit all given filters and, if ids are given, have one of these ids.
 * The kind of the job decides their statuses.
 */
export const BulkJobFilter = ExecutionFilters.extend({
  status: StatusFilters.optional(),
  ids: z.array(z.string().min(1).max(100)).min(1).max(IDS_MAX).optional(),
});
export type BulkJobFilter = z.infer<typeof BulkJobFilter>;

/** A date of a job's stored parameters. JSON holds it as text, and parsing makes it a date again. */
const Stored = z.coerce.date();
/** The filter of a bulk job, as the job's row stores it. */
export const StoredBulkJobFilter = BulkJobFilter.extend({ from: Stored.optional(), to: Stored.optional() });
/** The parameters of a bulk job. The job leaves out executions that were created or changed after `startedAt`. */
export const BulkJobParams = StoredBulkJobFilter.extend({ startedAt: Stored });
export type BulkJobParams = z.infer<typeof BulkJobParams>;

/** The input of a bulk resend: filters of the execution list, with at least one status of finished executions. */
export const ResendFilter = ExecutionFilters.extend({
  status: z
    .array(z.enum(["COMPLETED", "ERROR", "FAILED", "CANCELLED", "SKIPPED"]))
    .min(1, "Choose at least one status of executions that have finished."),
});
