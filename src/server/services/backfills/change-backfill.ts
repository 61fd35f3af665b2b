import type { ProjectContext } from "@/server/context";
import { changeJob } from "../jobs/change-job";
import { type Backfill, toBackfills } from "./list-backfills";

export async function changeBackfill(
  ctx: ProjectContext,
  change: "pause" | "resume" | "cancel",
  input: { backfillId: string },
): Promise<Backfill> {
  const [row] = await toBackfills(ctx, [await changeJob(ctx, { kind: "backfill", change, jobId: input.backfillId })]);
  return row!;
}
