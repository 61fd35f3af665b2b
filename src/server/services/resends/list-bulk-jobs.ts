import type { ProjectContext } from "@/server/context";
import type { JobRow } from "../jobs/job-row";
import { listJobs } from "../jobs/list-jobs";
import { type BulkJobFilter, type BulkJobKind, StoredBulkJobFilter } from "./bulk-job-params";

export type BulkJob = Pick<
  JobRow,
  "id" | "status" | "statusReason" | "total" | "processed" | "ratePerMinute" | "createdAt" | "finishedAt"
> & {
  kind: BulkJobKind;
  /** the filter that selects the job's executions; null if the stored parameters are unreadable */
  filter: BulkJobFilter | null;
  /** the number of executions that the job has changed so far */
  sent: number;
  createdBy: string;
};

/** Lists the latest 50 bulk jobs of each given kind in a project, newest first. */
export async function listBulkJobs(ctx: ProjectContext, kinds: readonly BulkJobKind[]): Promise<BulkJob[]> {
  const lists = await Promise.all(
    kinds.map(async (kind) => (await listJobs(ctx, kind)).map((job) => toBulkJob(kind, job))),
  );
  return lists.flat().sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
}

export function toBulkJob(kind: BulkJobKind, job: JobRow): BulkJob {
  const { params, created, matched, createdByLabel, subjectId: _subject, generation: _generation, ...row } = job;
  return {
    ...row,
    kind,
    filter: StoredBulkJobFilter.safeParse(params).data ?? null,
    sent: kind === "cancel" ? matched : created,
    createdBy: createdByLabel,
  };
}
