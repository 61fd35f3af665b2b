import type { ProjectContext } from "@/server/context";
import { changeJobStatus } from "../jobs/change-job-status";
import { type Backfill, toBackfills } from "./list-backfills";

export async function changeBackfillStatus(
  ctx: ProjectContext,
  change: "pause" | "resume" | "cancel",
  input: { backfillId: string },
): Promise<Backfill> {
  const [row] = await toBackfills(ctx, [
    await changeJobStatus(ctx, { kind: "backfill", change, jobId: input.backfillId }),
  ]);
  return row!;
}
