import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { startJob } from "../jobs/start-job";
import type { BackfillRange } from "./backfill-range";
import { countSubjectsInRange } from "./count-subjects-in-range";
import { loadTriggerForBackfill } from "./load-trigger-for-backfill";
import type { BackfillJobParams } from "./backfill-job-params";

/**
 * Starts a backfill job. The job runs the current version of the trigger over the subjects that were received in the
 * range. A range that ends in the future ends now instead.
 * @throws AppError CONFLICT if a backfill of this trigger has not ended; BAD_REQUEST if the trigger has no action, or
 * if no stored subject was received in the range
 */
export async function startBackfill(
  ctx: ProjectContext,
  input: BackfillRange & { ratePerMinute: number },
): Promise<{ id: string }> {
  requirePermission(ctx, "trigger:write");
  const now = ctx.now();
  const range = { ...input, to: input.to > now ? now : input.to };
  const { trigger, eventSource } = await loadTriggerForBackfill(ctx, range);
  if (trigger.actions.length === 0)
    throw new AppError("BAD_REQUEST", "This trigger has no action any more: give it one first.");
  const total = await countSubjectsInRange(ctx, eventSource, range);
  if (total === 0) throw new AppError("BAD_REQUEST", "Nothing that was received in this time is stored.");
  return startJob(ctx, {
    kind: "backfill",
    subjectId: trigger.id,
    params: {
      triggerVersion: trigger.version,
      eventSource,
      from: range.from,
      to: range.to,
    } satisfies BackfillJobParams,
    ratePerMinute: input.ratePerMinute,
    total,
    summary: `Started a backfill of the trigger "${trigger.name}" over ${total} stored events.`,
  });
}
