import { parsePeriodMs } from "@/domain/execution-query";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { startJob } from "../jobs/start-job";
import { countBulkExecutions, type CountBulkExecutionsInput } from "./count-bulk-executions";
import type { BulkJobKind, BulkJobParams } from "./bulk-job-params";

const refusals: Record<BulkJobKind, string> = {
  resend: "None of these executions can be sent again.",
  send_now: "None of these executions waits.",
  cancel: "None of these executions waits, so there is nothing to cancel.",
};
const summaries: Record<BulkJobKind, (count: number) => string> = {
  resend: (count) => `Started to send ${count} executions again.`,
  send_now: (count) => `Started to send ${count} waiting executions now.`,
  cancel: (count) => `Started to cancel ${count} waiting executions.`,
};

/**
 * Starts a job that resends, sends now or cancels all executions that the filter selects. A resend keeps webhook ids
 * and rendered request bodies.
 * @throws AppError CONFLICT if a job of this kind has not ended in the project; BAD_REQUEST if the job could change no
 * execution
 */
export async function startBulkJob(
  ctx: ProjectContext,
  { ratePerMinute, ...input }: CountBulkExecutionsInput & { ratePerMinute: number },
): Promise<{ id: string }> {
  const { executions, sendable, asOf } = await countBulkExecutions(ctx, input);
  const { since, ...filter } = input.filter;
  // A filter such as "the last 2 hours" would move on while the job runs. So its beginning becomes a fixed time.
  const from = since ? new Date(asOf.getTime() - parsePeriodMs(since)) : filter.from;
  if (sendable === 0) throw new AppError("BAD_REQUEST", refusals[input.kind]);
  return startJob(ctx, {
    kind: input.kind,
    subjectId: null,
    params: { ...filter, ...(from ? { from } : {}), startedAt: asOf } satisfies BulkJobParams,
    ratePerMinute,
    total: executions,
    summary: summaries[input.kind](sendable),
  });
}
