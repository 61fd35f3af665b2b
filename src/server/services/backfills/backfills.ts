import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { loadConfigurationNames, type Named } from "../configuration-names";
import { changeJob, listJobs, startJob, type JobRow } from "../jobs/change";
import { countSubjects, loadForBackfill, type BackfillRange } from "./count";
import { BackfillParams } from "./params";

export type Backfill = Pick<
  JobRow,
  | "id"
  | "status"
  | "statusReason"
  | "total"
  | "processed"
  | "matched"
  | "created"
  | "ratePerMinute"
  | "createdAt"
  | "finishedAt"
> & {
  trigger: Named;
  /** null if the parameters of the job cannot be read */
  from: Date | null;
  to: Date | null;
  createdBy: string;
};

/**
 * Starts a backfill with the current version of the trigger, over subjects that were received in the range until
 * now.
 * @throws AppError CONFLICT if this trigger has a backfill under way; BAD_REQUEST if the range holds no subject
 */
export async function startBackfill(
  ctx: ProjectContext,
  input: BackfillRange & { ratePerMinute: number },
): Promise<{ id: string }> {
  requirePermission(ctx, "trigger:write");
  const now = ctx.now();
  const range = { ...input, to: input.to > now ? now : input.to };
  const { trigger, eventSource } = await loadForBackfill(ctx, range);
  if (trigger.actions.length === 0)
    throw new AppError("BAD_REQUEST", "This trigger has no action any more: give it one first.");
  const total = await countSubjects(ctx, eventSource, range);
  if (total === 0) throw new AppError("BAD_REQUEST", "Nothing that was received in this time is stored.");
  return startJob(ctx, {
    kind: "backfill",
    subjectId: trigger.id,
    params: { triggerVersion: trigger.version, eventSource, from: range.from, to: range.to } satisfies BackfillParams,
    ratePerMinute: input.ratePerMinute,
    total,
    summary: `Started a backfill of the trigger "${trigger.name}" over ${total} stored events.`,
  });
}

export async function listBackfills(
  ctx: ProjectContext,
  input: { triggerId?: string | undefined },
): Promise<Backfill[]> {
  return toBackfills(ctx, await listJobs(ctx, "backfill", input.triggerId));
}

export async function changeBackfill(
  ctx: ProjectContext,
  change: "pause" | "resume" | "cancel",
  input: { backfillId: string },
): Promise<Backfill> {
  const [row] = await toBackfills(ctx, [await changeJob(ctx, { kind: "backfill", change, jobId: input.backfillId })]);
  return row!;
}

async function toBackfills(ctx: ProjectContext, rows: readonly JobRow[]): Promise<Backfill[]> {
  const names = await loadConfigurationNames(ctx, { triggerIds: rows.map((row) => row.subjectId!), actionIds: [] });
  return rows.map(({ subjectId, params, createdByLabel, generation: _generation, ...row }) => {
    const { from, to } = BackfillParams.safeParse(params).data ?? { from: null, to: null };
    return { ...row, trigger: names.trigger(subjectId!), from, to, createdBy: createdByLabel };
  });
}
