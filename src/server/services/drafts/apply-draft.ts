import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { createTrigger } from "../triggers/create-trigger";
import { updateTrigger } from "../triggers/update-trigger";
import { draftNotOpenError } from "./draft-not-open";
import { getDraft } from "./get-draft";

/**
 * Applies a draft: creates the proposed trigger, or changes the existing trigger that the draft names. A draft can be
 * applied only once.
 * @throws AppError CONFLICT if the draft is not open, or its trigger has changed since it was proposed
 */
export async function applyDraft(ctx: ProjectContext, input: { draftId: string }): Promise<{ triggerId: string }> {
  requirePermission(ctx, "trigger:write");
  const { id, state, trigger, triggerId } = await getDraft(ctx, input);
  if (state !== "open" || !trigger) throw draftNotOpenError(state);
  const where = { id, projectId: ctx.projectId };
  const claimed = await ctx.db.triggerDraft.updateManyAndReturn({
    where: { ...where, appliedAt: null, discardedAt: null },
    data: { appliedAt: ctx.now() },
    select: { version: true },
  });
  const [row] = claimed;
  if (!row) throw draftNotOpenError("applied");
  try {
    const made =
      triggerId === null
        ? await createTrigger(ctx, trigger)
        : await updateTrigger(ctx, { triggerId, version: row.version ?? 0, trigger });
    await ctx.db.triggerDraft.updateMany({ where, data: { appliedTo: made.id } });
    return { triggerId: made.id };
  } catch (error) {
    // If the trigger could not be saved, the draft becomes open again, so that a person can try once more.
    await ctx.db.triggerDraft.updateMany({ where: { ...where, appliedTo: null }, data: { appliedAt: null } });
    throw error;
  }
}
