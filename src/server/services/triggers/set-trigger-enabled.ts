import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { writeTriggerVersion, lockTriggerRow } from "./lock-trigger-row";
import { refuseManagedTrigger } from "./refuse-managed-trigger";

/**
 * Switches a trigger on or off. Executions that exist already are delivered as usual.
 * @throws AppError CONFLICT if files manage the trigger
 */
export async function setTriggerEnabled(
  ctx: ProjectContext,
  input: { triggerId: string; enabled: boolean },
): Promise<{ id: string; status: "ACTIVE" | "DISABLED"; version: number }> {
  requirePermission(ctx, "trigger:write");
  const status = input.enabled ? ("ACTIVE" as const) : ("DISABLED" as const);
  const row = await ctx.db.$transaction(async (tx) => {
    const before = await lockTriggerRow(ctx, tx, { triggerId: input.triggerId });
    if (before.status === status) return before;
    refuseManagedTrigger(ctx, before);
    const data = { status, version: before.version + 1 };
    await writeAuditEntry(ctx, tx, {
      action: input.enabled ? "trigger.enable" : "trigger.disable",
      targetId: before.id,
      summary: `Switched the trigger "${before.name}" ${input.enabled ? "on" : "off"}.`,
    });
    const after = await tx.triggerConfiguration.update({
      where: { id: before.id },
      data,
      select: { id: true, status: true, version: true },
    });
    await writeTriggerVersion(ctx, tx, {
      triggerId: before.id,
      summary: input.enabled ? "Switched on." : "Switched off.",
    });
    return after;
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id: row.id, status: row.status, version: row.version };
}
