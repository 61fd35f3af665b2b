import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError, makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { type JobRow, jobSelect, nounOfJobKind, permissionOfJobKind } from "./job-row";
import { requestJobRuns } from "./request-job-runs";
import type { PersonJobKind } from "./types";

/**
 * Pauses, resumes or cancels a job. The changes that the job has already made stay.
 * @throws AppError NOT_FOUND; CONFLICT unless a running job is paused, a paused one resumed, or one of them cancelled
 */
export async function changeJobStatus(
  ctx: ProjectContext,
  { kind, change, jobId }: { kind: PersonJobKind; change: "pause" | "resume" | "cancel"; jobId: string },
): Promise<JobRow> {
  requirePermission(ctx, permissionOfJobKind[kind]);
  const now = ctx.now();
  const row = await ctx.db.$transaction(async (tx) => {
    const before = await lockJob(ctx, tx, { kind, jobId });
    if (!isAllowed(before.status, change))
      throw new AppError("CONFLICT", `It cannot be ${pastOf[change]}: it is ${before.status.toLowerCase()}.`);
    const status = ({ pause: "PAUSED", resume: "RUNNING", cancel: "CANCELLED" } as const)[change];
    const after = await tx.job.update({
      where: { id: jobId },
      data: {
        status,
        statusReason: change === "resume" ? "" : `${capital(pastOf[change])} by ${ctx.actor.label}.`,
        generation: { increment: 1 },
        wakeAt: now,
        updatedAt: now,
        ...(change === "cancel" ? { finishedAt: now } : {}),
      },
      select: jobSelect,
    });
    await writeAuditEntry(ctx, tx, {
      action: `${kind}.${change}`,
      targetId: before.subjectId ?? jobId,
      summary: `${capital(pastOf[change])} a ${nounOfJobKind[kind]}.`,
    });
    return after;
  });
  if (row.status === "RUNNING") await requestJobRuns(ctx, [row]);
  return row;
}

async function lockJob(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { kind, jobId }: { kind: PersonJobKind; jobId: string },
) {
  await tx.$queryRaw`SELECT 1 FROM job WHERE id = ${jobId} AND project_id = ${ctx.projectId}
    AND kind = ${kind} FOR NO KEY UPDATE`;
  const row = await tx.job.findFirst({
    where: { id: jobId, projectId: ctx.projectId, kind },
    select: { status: true, subjectId: true },
  });
  if (!row) throw makeNotFoundError(nounOfJobKind[kind]);
  return row;
}

const isAllowed = (status: string, change: "pause" | "resume" | "cancel"): boolean =>
  change === "pause"
    ? status === "RUNNING"
    : change === "resume"
      ? status === "PAUSED"
      : status === "RUNNING" || status === "PAUSED";

const pastOf = { pause: "paused", resume: "resumed", cancel: "cancelled" } as const;
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
