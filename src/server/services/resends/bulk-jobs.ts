import { periodMs } from "@/domain/execution-query";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { changeJob, listJobs, startJob, type JobRow } from "../jobs/change";
import { StoredFilter, type BulkFilter, type BulkKind, type BulkParams } from "./params";
import { bulkWhere } from "./where";

const COUNTED_MAX = 100_000;

export type BulkCount = {
  /** the number of executions in the set, counted up to 100,000 */
  executions: number;
  capped: boolean;
  /** the number of executions that the job will change */
  sendable: number;
  /** the numbers of executions that cannot be sent, by reason; a cancel refuses none */
  refused: { noBody: number; actionDeleted: number; actionOff: number };
  /** the time of the count; a job that is started with it changes exactly this set */
  asOf: Date;
};

type CountInput = { kind: BulkKind; filter: BulkFilter; asOf?: Date | undefined };

/** Counts the executions that a bulk job would change. It changes nothing. */
export async function countBulk(ctx: ProjectContext, { kind, filter, asOf }: CountInput): Promise<BulkCount> {
  requirePermission(ctx, "execution:act");
  const [row] = await ctx.db.$queryRaw<
    { executions: number; noBody: number; actionDeleted: number; actionOff: number }[]
  >`
    SELECT count(*)::int AS executions,
      (count(*) FILTER (WHERE deleted))::int AS "actionDeleted",
      (count(*) FILTER (WHERE NOT deleted AND off))::int AS "actionOff",
      (count(*) FILTER (WHERE NOT deleted AND NOT off AND empty))::int AS "noBody"
    FROM (SELECT a.deleted_at IS NOT NULL AS deleted, a.disabled_at IS NOT NULL AS off, e.input IS NULL AS empty
      FROM action_execution e JOIN action_configuration a ON a.id = e.action_id
        WHERE ${await bulkWhere(ctx, { kind, filter, asOf })}
      LIMIT ${Prisma.raw(String(COUNTED_MAX))}) AS found`;
  const { executions, ...counted } = row!;
  const refused = kind === "cancel" ? { noBody: 0, actionDeleted: 0, actionOff: 0 } : counted;
  return {
    executions,
    capped: executions >= COUNTED_MAX,
    sendable: executions - refused.noBody - refused.actionDeleted - refused.actionOff,
    refused,
    asOf: asOf ?? ctx.now(),
  };
}

const refusals: Record<BulkKind, string> = {
  resend: "None of these executions can be sent again.",
  send_now: "None of these executions waits.",
  cancel: "None of these executions waits, so there is nothing to cancel.",
};
const summaries: Record<BulkKind, (count: number) => string> = {
  resend: (count) => `Started to send ${count} executions again.`,
  send_now: (count) => `Started to send ${count} waiting executions now.`,
  cancel: (count) => `Started to cancel ${count} waiting executions.`,
};

/**
 * Starts a job over the executions that match the filter. A resend keeps the bytes and the webhook ids.
 * @throws AppError CONFLICT if this project has a job of this kind under way; BAD_REQUEST if no execution can be
 * changed
 */
export async function startBulk(
  ctx: ProjectContext,
  { ratePerMinute, ...input }: CountInput & { ratePerMinute: number },
): Promise<{ id: string }> {
  const { executions, sendable, asOf } = await countBulk(ctx, input);
  const { since, ...filter } = input.filter;
  // A period that ends now would move on while the job runs, so it becomes a fixed time.
  const from = since ? new Date(asOf.getTime() - periodMs(since)) : filter.from;
  if (sendable === 0) throw new AppError("BAD_REQUEST", refusals[input.kind]);
  return startJob(ctx, {
    kind: input.kind,
    subjectId: null,
    params: { ...filter, ...(from ? { from } : {}), startedAt: asOf } satisfies BulkParams,
    ratePerMinute,
    total: executions,
    summary: summaries[input.kind](sendable),
  });
}

export type BulkJob = Pick<
  JobRow,
  "id" | "status" | "statusReason" | "total" | "processed" | "ratePerMinute" | "createdAt" | "finishedAt"
> & {
  kind: BulkKind;
  /** the filter; null if the job's parameters cannot be read */
  filter: BulkFilter | null;
  /** the number of executions changed so far */
  sent: number;
  createdBy: string;
};

/** Lists the latest jobs of these kinds, newest first. */
export async function listBulk(ctx: ProjectContext, kinds: readonly BulkKind[]): Promise<BulkJob[]> {
  const lists = await Promise.all(
    kinds.map(async (kind) => (await listJobs(ctx, kind)).map((job) => toBulkJob(kind, job))),
  );
  return lists.flat().sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

export async function changeBulk(
  ctx: ProjectContext,
  change: "pause" | "resume" | "cancel",
  { kind, jobId }: { kind: BulkKind; jobId: string },
): Promise<BulkJob> {
  return toBulkJob(kind, await changeJob(ctx, { kind, change, jobId }));
}

function toBulkJob(kind: BulkKind, job: JobRow): BulkJob {
  const { params, created, matched, createdByLabel, subjectId: _subject, generation: _generation, ...row } = job;
  return {
    ...row,
    kind,
    filter: StoredFilter.safeParse(params).data ?? null,
    sent: kind === "cancel" ? matched : created,
    createdBy: createdByLabel,
  };
}
