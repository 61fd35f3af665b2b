import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { loadActionState, wakeActionNow } from "./action-to-send";

/**
 * Pauses an action, or ends its pause. While an action is paused, its executions wait as PENDING and use up no
 * attempts. Requests that are on the wire already end as usual.
 */
export async function setActionPaused(
  ctx: ProjectContext,
  input: { actionId: string; paused: boolean },
): Promise<{ id: string; pausedAt: Date | null }> {
  requirePermission(ctx, "action:write");
  const pausedAt = await ctx.db.$transaction(async (tx) => {
    const { id, name, pausedAt: before } = await loadActionState(ctx, tx, input.actionId);
    if ((before !== null) === input.paused) return before;
    const at = input.paused ? ctx.now() : null;
    await tx.actionConfiguration.update({
      where: { id },
      data: { pausedAt: at, pausedByLabel: input.paused ? ctx.actor.label : null },
      select: { id: true },
    });
    await writeAuditEntry(ctx, tx, {
      action: input.paused ? "action.pause" : "action.resume",
      targetId: id,
      summary: input.paused ? `Paused the action "${name}". What waits is kept.` : `Let the action "${name}" go on.`,
    });
    return at;
  });
  if (!input.paused) await wakeActionNow(ctx, input.actionId);
  ctx.live.touch(ctx.projectId, "actions");
  ctx.live.touch(ctx.projectId, "executions");
  return { id: input.actionId, pausedAt };
}
