import type { ProjectContext } from "@/server/context";
import { changeJob } from "../jobs/change-job";
import { type BulkJob, toBulkJob } from "./list-bulk-jobs";
import type { BulkKind } from "./bulk-params";

export async function changeBulkJob(
  ctx: ProjectContext,
  change: "pause" | "resume" | "cancel",
  { kind, jobId }: { kind: BulkKind; jobId: string },
): Promise<BulkJob> {
  return toBulkJob(kind, await changeJob(ctx, { kind, change, jobId }));
}
