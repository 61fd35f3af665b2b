import { personIdOf } from "@/domain/actor";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { nounOfJobKind, permissionOfJobKind } from "./job-row";
import { requestJobRuns } from "./request-job-runs";
import type { PersonJobKind } from "./types";

export const JOB_RATE_MAX = 6_000;
export const JOB_RATE_DEFAULT = 600;

export type NewJob = {
  kind: PersonJobKind;
  subjectId: string | null;
  params: object;
  ratePerMinute: number;
  total: number;
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
  const [id, now] = [newId("job"), ctx.now()];
  await ctx.db.$transaction(async (tx) => {
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
    await tx.job.create({
      data: {
        id,
        projectId: ctx.projectId,
        kind,
        subjectId,
        params: params as Prisma.InputJsonObject,
        ratePerMinute,
        total,
        statusReason: "",
        generation: 1,
        wakeAt: now,
        createdById: personIdOf(ctx.actor),
        createdByLabel: ctx.actor.label,
        createdAt: now,
        updatedAt: now,
      },
      select: { id: true },
    });
    await writeAuditEntry(ctx, tx, { action: `${kind}.start`, targetId: subjectId ?? id, summary });
  });
  await requestJobRuns(ctx, [{ id, generation: 1 }]);
  return { id };
}
