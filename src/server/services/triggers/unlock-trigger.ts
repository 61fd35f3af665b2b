import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { lockTriggerRow } from "./lock-trigger-row";
import type { TriggerManagement } from "./refuse-managed-trigger";

/**
 * Lets people change a trigger in the browser although files manage it. The next apply of the files makes it read-only
 * again.
 */
export async function unlockTrigger(
  ctx: ProjectContext,
  input: { triggerId: string },
): Promise<{ id: string; management: TriggerManagement | null }> {
  requirePermission(ctx, "trigger:write");
  const management = await ctx.db.$transaction(async (tx) => {
    const { id, name, management: before } = await lockTriggerRow(ctx, tx, { triggerId: input.triggerId });
    if (before !== "managed") return before as TriggerManagement | null;
    await tx.triggerConfiguration.update({ where: { id }, data: { management: "unlocked" }, select: { id: true } });
    const summary = `Unlocked the trigger "${name}", which files manage.`;
    await writeAuditEntry(ctx, tx, { action: "trigger.unlock", targetId: id, summary });
    return "unlocked" as const;
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id: input.triggerId, management };
}
