import type { ProjectContext } from "@/server/context";
import { loadTriggerAndActionNames, type NamedTriggerOrAction } from "../load-trigger-and-action-names";
import type { JobRow } from "../jobs/job-row";
import { listJobs } from "../jobs/list-jobs";
import { BackfillJobParams } from "./backfill-job-params";

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
  trigger: NamedTriggerOrAction;
  /** the range of the backfill; null if the parameters of the job cannot be read */
  from: Date | null;
  to: Date | null;
  createdBy: string;
};

export async function listBackfills(
  ctx: ProjectContext,
  input: { triggerId?: string | undefined },
): Promise<Backfill[]> {
  return toBackfills(ctx, await listJobs(ctx, "backfill", input.triggerId));
}

export async function toBackfills(ctx: ProjectContext, rows: readonly JobRow[]): Promise<Backfill[]> {
  const names = await loadTriggerAndActionNames(ctx, { triggerIds: rows.map((row) => row.subjectId!), actionIds: [] });
  return rows.map(({ subjectId, params, createdByLabel, generation: _generation, ...row }) => {
    const { from, to } = BackfillJobParams.safeParse(params).data ?? { from: null, to: null };
    return { ...row, trigger: names.trigger(subjectId!), from, to, createdBy: createdByLabel };
  });
}
