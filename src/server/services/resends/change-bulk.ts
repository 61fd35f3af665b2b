import type { ProjectContext } from "@/server/context";
import { changeJob } from "../jobs/change-job";
import { type BulkJob, toBulkJob } from "./list-bulk";
import type { BulkKind } from "./params";

export async function changeBulk(
  ctx: ProjectContext,
  change: "pause" | "resume" | "cancel",
  { kind, jobId }: { kind: BulkKind; jobId: string },
): Promise<BulkJob> {
  return toBulkJob(kind, await changeJob(ctx, { kind, change, jobId }));
}
