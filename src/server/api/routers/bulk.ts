import { z } from "zod";
import { JOB_RATE_PER_MINUTE_DEFAULT, JOB_RATE_PER_MINUTE_MAX } from "@/domain/job-rate";
import { StorableDate } from "@/server/services/keyset";
import { changeBulkJobStatus } from "@/server/services/resends/change-bulk-job-status";
import { countBulkExecutions } from "@/server/services/resends/count-bulk-executions";
import { listBulkJobs } from "@/server/services/resends/list-bulk-jobs";
import { startBulkJob } from "@/server/services/resends/start-bulk-job";
import { BulkJobFilter, BulkJobKind, ResendFilter } from "@/server/services/resends/bulk-job-params";
import { limitCallsOfPerson, projectProcedure, router } from "../init";

const AsOf = z.object({ asOf: StorableDate.optional() });
const Rate = z.object({
  ratePerMinute: z.number().int().min(1).max(JOB_RATE_PER_MINUTE_MAX).default(JOB_RATE_PER_MINUTE_DEFAULT),
});
const ResendId = z.object({ resendId: z.string().min(1).max(100) });
const BulkJobId = z.object({ kind: BulkJobKind, jobId: z.string().min(1).max(100) });
const Bulk = z.object({ kind: BulkJobKind, filter: BulkJobFilter }).extend(AsOf.shape);

const changeResend = (change: "pause" | "resume" | "cancel") =>
  projectProcedure
    .input(ResendId)
    .mutation(({ ctx, input }) => changeBulkJobStatus(ctx.project, change, { kind: "resend", jobId: input.resendId }));

/** Procedures for jobs that resend many finished executions. */
export const resendRouter = router({
  count: projectProcedure
    .input(ResendFilter.extend(AsOf.shape))
    .query(({ ctx, input }) =>
      countBulkExecutions(ctx.project, { kind: "resend", filter: ResendFilter.parse(input), asOf: input.asOf }),
    ),
  start: projectProcedure
    .use(limitCallsOfPerson("job"))
    .input(ResendFilter.extend(AsOf.shape).extend(Rate.shape))
    .mutation(({ ctx, input }) =>
      startBulkJob(ctx.project, {
        kind: "resend",
        filter: ResendFilter.parse(input),
        asOf: input.asOf,
        ratePerMinute: input.ratePerMinute,
      }),
    ),
  list: projectProcedure.query(({ ctx }) => listBulkJobs(ctx.project, ["resend"])),
  pause: changeResend("pause"),
  resume: changeResend("resume"),
  cancel: changeResend("cancel"),
});

const changeJob = (change: "pause" | "resume" | "cancel") =>
  projectProcedure.input(BulkJobId).mutation(({ ctx, input }) => changeBulkJobStatus(ctx.project, change, input));

/**
 * Procedures for jobs over many executions: resend, send now, cancel. `count` returns a time `asOf`; the job takes only
 * executions that existed at that time.
 */
export const bulkRouter = router({
  count: projectProcedure.input(Bulk).query(({ ctx, input }) => countBulkExecutions(ctx.project, input)),
  start: projectProcedure
    .use(limitCallsOfPerson("job"))
    .input(Bulk.extend(Rate.shape))
    .mutation(({ ctx, input }) => startBulkJob(ctx.project, input)),
  list: projectProcedure.query(({ ctx }) => listBulkJobs(ctx.project, BulkJobKind.options)),
  pause: changeJob("pause"),
  resume: changeJob("resume"),
  cancel: changeJob("cancel"),
});
