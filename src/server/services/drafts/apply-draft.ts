import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { makeTransactionContext } from "../make-transaction-context";
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
  // In one transaction, so that a crash leaves neither an applied draft without its trigger nor an open one with it.
  const { made, afterCommit } = await ctx.db.$transaction(async (tx) => {
    const [row] = await tx.triggerDraft.updateManyAndReturn({
      where: { ...where, appliedAt: null, discardedAt: null },
      data: { appliedAt: ctx.now() },
      select: { version: true },
    });
    if (!row) throw draftNotOpenError("applied");
    const inside = makeTransactionContext(ctx, tx, new Map());
    const made =
      triggerId === null
        ? await createTrigger(inside.ctx, trigger)
        : await updateTrigger(inside.ctx, { triggerId, version: row.version ?? 0, trigger });
    await tx.triggerDraft.updateMany({ where, data: { appliedTo: made.id } });
    return { made, afterCommit: inside.afterCommit };
  });
  await afterCommit();
  return { triggerId: made.id };
}
