import type { ProjectContext } from "@/server/context";
import { changeJobStatus } from "../jobs/change-job-status";
import { type BulkJob, toBulkJob } from "./list-bulk-jobs";
import type { BulkJobKind } from "./bulk-job-params";

export async function changeBulkJobStatus(
  ctx: ProjectContext,
  change: "pause" | "resume" | "cancel",
  { kind, jobId }: { kind: BulkJobKind; jobId: string },
): Promise<BulkJob> {
  return toBulkJob(kind, await changeJobStatus(ctx, { kind, change, jobId }));
}
