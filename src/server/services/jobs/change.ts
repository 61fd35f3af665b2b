import type { Permission } from "@/domain/access";
import { personIdOf } from "@/domain/actor";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { AppError, notFound } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { requestJobs } from "./request";
import type { PeoplesJobKind } from "./types";

export const JOB_RATE_MAX = 6_000;
export const JOB_RATE_DEFAULT = 600;

const permissionOf: Record<PeoplesJobKind, Permission> = {
  backfill: "trigger:write",
  resend: "execution:act",
  send_now: "execution:act",
  cancel: "execution:act",
};
const nounOf: Record<PeoplesJobKind, string> = {
  backfill: "backfill",
  resend: "resend",
  send_now: "job that sends executions now",
  cancel: "job that cancels executions",
};

export type NewJob = {
  kind: PeoplesJobKind;
  subjectId: string | null;
  params: object;
  ratePerMinute: number;
  total: number;
  /** the summary for the audit log */ summary: string;
};

/**
 * Starts a job.
 * @throws AppError CONFLICT if another job of this kind on the same subject has not ended
 */
export async function startJob(ctx: ProjectContext, job: NewJob): Promise<{ id: string }> {
  requirePermission(ctx, permissionOf[job.kind]);
  const { kind, subjectId, params, ratePerMinute, total, summary } = job;
  const [id, now] = [newId("job"), ctx.now()];
  await ctx.db.$transaction(async (tx) => {
    // The lock makes two starts at the same time run one after the other.
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    const other = await tx.job.findFirst({
      where: { projectId: ctx.projectId, kind, subjectId, status: { in: ["RUNNING", "PAUSED"] } },
      select: { id: true },
    });
    if (other)
      throw new AppError("CONFLICT", `A ${nounOf[kind]} is under way already: wait until it has ended, or cancel it.`);
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
    await audit(ctx, tx, { action: `${kind}.start`, targetId: subjectId ?? id, summary });
  });
  await requestJobs(ctx, [{ id, generation: 1 }]);
  return { id };
}

/** Pauses, resumes or cancels a job. The work that is already done stays. */
export async function changeJob(
  ctx: ProjectContext,
  { kind, change, jobId }: { kind: PeoplesJobKind; change: "pause" | "resume" | "cancel"; jobId: string },
): Promise<JobRow> {
  requirePermission(ctx, permissionOf[kind]);
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
    await audit(ctx, tx, {
      action: `${kind}.${change}`,
      targetId: before.subjectId ?? jobId,
      summary: `${capital(pastOf[change])} a ${nounOf[kind]}.`,
    });
    return after;
  });
  if (row.status === "RUNNING") await requestJobs(ctx, [row]);
  return row;
}

async function lockJob(ctx: ProjectContext, tx: Queryable, { kind, jobId }: { kind: PeoplesJobKind; jobId: string }) {
  await tx.$queryRaw`SELECT 1 FROM job WHERE id = ${jobId} AND project_id = ${ctx.projectId}
    AND kind = ${kind} FOR NO KEY UPDATE`;
  const row = await tx.job.findFirst({
    where: { id: jobId, projectId: ctx.projectId, kind },
    select: { status: true, subjectId: true },
  });
  if (!row) throw notFound(nounOf[kind]);
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

const jobSelect = {
  id: true,
  subjectId: true,
  params: true,
  ratePerMinute: true,
  status: true,
  statusReason: true,
  total: true,
  processed: true,
  matched: true,
  created: true,
  generation: true,
  createdByLabel: true,
  createdAt: true,
  finishedAt: true,
} satisfies Prisma.JobSelect;
export type JobRow = Prisma.JobGetPayload<{ select: typeof jobSelect }>;

const LISTED_MAX = 50;

/** Lists the latest jobs of a kind, or of one subject if the caller names it. */
export async function listJobs(ctx: ProjectContext, kind: PeoplesJobKind, subjectId?: string): Promise<JobRow[]> {
  requirePermission(ctx, "project:read");
  return ctx.db.job.findMany({
    where: { projectId: ctx.projectId, kind, ...(subjectId === undefined ? {} : { subjectId }) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: LISTED_MAX,
    select: jobSelect,
  });
}
