import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { startJob } from "../jobs/start-job";
import type { BackfillRange } from "./backfill-range";
import { countSubjectsInRange } from "./count-subjects-in-range";
import { loadTriggerForBackfill } from "./load-trigger-for-backfill";
import type { BackfillJobParams } from "./backfill-job-params";

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
  const { trigger, eventSource } = await loadTriggerForBackfill(ctx, range);
  if (trigger.actions.length === 0)
    throw new AppError("BAD_REQUEST", "This trigger has no action any more: give it one first.");
  const total = await countSubjectsInRange(ctx, eventSource, range);
  if (total === 0) throw new AppError("BAD_REQUEST", "Nothing that was received in this time is stored.");
  return startJob(ctx, {
    kind: "backfill",
    subjectId: trigger.id,
    params: { triggerVersion: trigger.version, eventSource, from: range.from, to: range.to } satisfies BackfillJobParams,
    ratePerMinute: input.ratePerMinute,
    total,
    summary: `Started a backfill of the trigger "${trigger.name}" over ${total} stored events.`,
  });
}
