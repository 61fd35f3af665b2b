import type { ProjectContext } from "@/server/context";
import { AppError, makeNotFoundError } from "@/server/errors";
import type { CachedTrigger } from "../matching/cached-trigger";
import type { BackfillRange } from "./backfill-range";
import { loadTriggerVersion } from "./load-trigger-version";

/**
 * Loads the current version of the trigger that a backfill shall run, and checks the backfill's range of time.
 * @throws AppError BAD_REQUEST if the range is empty or the filter cannot be evaluated
 */
export async function loadTriggerForBackfill(
  ctx: ProjectContext,
  { triggerId, from, to }: BackfillRange,
): Promise<{ trigger: CachedTrigger; eventSource: string }> {
  if (from >= to)
    throw new AppError("BAD_REQUEST", "The end of the range has to be after its beginning.", {
      fields: { to: "Choose a time after the beginning." },
    });
  const row = await ctx.db.triggerConfiguration.findFirst({
    where: { id: triggerId, projectId: ctx.projectId, deletedAt: null },
    select: { version: true, eventSource: true },
  });
  const trigger =
    row && (await loadTriggerVersion(ctx.db, { projectId: ctx.projectId, triggerId, version: row.version }));
  if (!trigger) throw makeNotFoundError("trigger");
  if (trigger.problem !== null)
    throw new AppError("BAD_REQUEST", `The filter of this trigger cannot be evaluated: ${trigger.problem}`);
  return { trigger, eventSource: row.eventSource };
}
