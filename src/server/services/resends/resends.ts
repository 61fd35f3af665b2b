import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { changeJob, listJobs, startJob, type JobRow } from "../jobs/change";
import { ResendFilter, type ResendParams } from "./params";
import { whereOf } from "./where";

const COUNTED_MAX = 100_000;

export type ResendCount = {
  /** finished executions that match the filter, counted up to 100,000 */
  executions: number;
  capped: boolean;
  sendable: number;
  /** the executions that cannot be sent again, by reason */
  refused: { noBody: number; actionDeleted: number; actionOff: number };
};

/** Counts what a bulk resend of the filter would send. Changes nothing. */
export async function countResend(ctx: ProjectContext, input: ResendFilter): Promise<ResendCount> {
  requirePermission(ctx, "execution:act");
  const [row] = await ctx.db.$queryRaw<
    { executions: number; noBody: number; actionDeleted: number; actionOff: number }[]
  >`
    SELECT count(*)::int AS executions,
      (count(*) FILTER (WHERE deleted))::int AS "actionDeleted",
      (count(*) FILTER (WHERE NOT deleted AND off))::int AS "actionOff",
      (count(*) FILTER (WHERE NOT deleted AND NOT off AND empty))::int AS "noBody"
    FROM (SELECT a.deleted_at IS NOT NULL AS deleted, a.disabled_at IS NOT NULL AS off, e.input IS NULL AS empty
      FROM action_execution e JOIN action_configuration a ON a.id = e.action_id WHERE ${whereOf(ctx.projectId, input)}
      LIMIT ${Prisma.raw(String(COUNTED_MAX))}) AS found`;
  const { executions, ...refused } = row!;
  return {
    executions,
    capped: executions >= COUNTED_MAX,
    sendable: executions - refused.noBody - refused.actionDeleted - refused.actionOff,
    refused,
  };
}

/**
 * Starts a job that sends all executions that match the filter now again, with the same bytes and webhook ids.
 * @throws AppError CONFLICT if this project has a resend under way; BAD_REQUEST if no execution can be sent
 */
export async function startResend(
  ctx: ProjectContext,
  input: ResendFilter & { ratePerMinute: number },
): Promise<{ id: string }> {
  const { ratePerMinute, ...filter } = input;
  const count = await countResend(ctx, filter);
  if (count.sendable === 0) throw new AppError("BAD_REQUEST", "None of these executions can be sent again.");
  return startJob(ctx, {
    kind: "resend",
    subjectId: null,
    params: { ...filter, startedAt: ctx.now() } satisfies ResendParams,
    ratePerMinute,
    total: count.executions,
    summary: `Started to send ${count.sendable} executions again.`,
  });
}

export type Resend = Pick<
  JobRow,
  "id" | "status" | "statusReason" | "total" | "processed" | "ratePerMinute" | "createdAt" | "finishedAt"
> & {
  /** null if the job's parameters cannot be read */
  filter: ResendFilter | null;
  /** executions sent again so far */
  sent: number;
  createdBy: string;
};

export async function listResends(ctx: ProjectContext): Promise<Resend[]> {
  return (await listJobs(ctx, "resend")).map(toResend);
}

export async function changeResend(
  ctx: ProjectContext,
  change: "pause" | "resume" | "cancel",
  input: { resendId: string },
): Promise<Resend> {
  return toResend(await changeJob(ctx, "resend", change, input.resendId));
}

function toResend({
  params,
  created,
  createdByLabel,
  subjectId: _subject,
  generation: _generation,
  matched: _matched,
  ...row
}: JobRow): Resend {
  return { ...row, filter: ResendFilter.safeParse(params).data ?? null, sent: created, createdBy: createdByLabel };
}
