import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { nounOfJobKind, permissionOfJobKind } from "./job-row";
import { requestJobRuns } from "./request-job-runs";
import { storeJob, type JobToStore } from "./store-job";
import type { PersonJobKind } from "./types";

export type NewJob = JobToStore & {
  kind: PersonJobKind;
  /** a sentence on the start of the job, for the audit log */
  summary: string;
};

/**
 * Stores a job that a person starts, and asks the engine to run it.
 * @throws AppError CONFLICT if another job of this kind for the same `subjectId` (or the same null) has not ended
 */
export async function startJob(ctx: ProjectContext, job: NewJob): Promise<{ id: string }> {
  requirePermission(ctx, permissionOfJobKind[job.kind]);
  const { kind, subjectId, params, ratePerMinute, total, summary } = job;
  const stored = await ctx.db.$transaction(async (tx) => {
    // The lock makes starts in one project wait for each other, so that two at once do not both succeed.
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    const other = await tx.job.findFirst({
      where: { projectId: ctx.projectId, kind, subjectId, status: { in: ["RUNNING", "PAUSED"] } },
      select: { id: true },
    });
    if (other)
      throw new AppError(
        "CONFLICT",
        `A ${nounOfJobKind[kind]} is under way already: wait until it has ended, or cancel it.`,
      );
    const stored = await storeJob(ctx, tx, { kind, subjectId, params, ratePerMinute, total });
    await writeAuditEntry(ctx, tx, { action: `${kind}.start`, targetId: subjectId ?? stored.id, summary });
    return stored;
  });
  await requestJobRuns(ctx, [stored]);
  return { id: stored.id };
}
