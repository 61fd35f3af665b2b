import type { ServiceContext } from "@/server/context";
import { requestJobRuns, type JobRunRequest } from "./request-job-runs";

/** If the next chunk of a job is overdue by this much, ms, the run of the job counts as lost. */
const LOST_AFTER_MS = 60_000;
const LOST_MAX = 100;

/**
 * Starts new runs for up to 100 jobs whose run was lost, for instance because its process died. Returns the number of
 * jobs.
 */
export async function restartLostJobRuns(ctx: ServiceContext): Promise<number> {
  const now = ctx.now();
  const lost = await ctx.db.$queryRaw<JobRunRequest[]>`
    UPDATE job SET generation = generation + 1, wake_at = ${now}, updated_at = ${now}
    WHERE id IN (
      SELECT id FROM job WHERE status = 'RUNNING' AND wake_at < ${new Date(now.getTime() - LOST_AFTER_MS)}
      ORDER BY wake_at LIMIT ${LOST_MAX} FOR UPDATE SKIP LOCKED)
    RETURNING id, generation`;
  await requestJobRuns(ctx, lost);
  return lost.length;
}
