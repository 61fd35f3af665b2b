import { listRegexesInFilter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requireFreeConfigurationKey } from "../require-free-configuration-key";
import { requireRegexesBelowLimit } from "../project-limits";
import { checkTriggerInput } from "./check-trigger";
import { writeTriggerVersion, lockTriggerRow, requireTriggerVersion } from "./lock-trigger-row";
import { refuseManagedTrigger } from "./refuse-managed-trigger";
import { restartShadowCounts } from "./restart-shadow-counts";
import { makeTriggerColumns, makeTriggerActionRows } from "./trigger-columns";

/**
 * @param input `version`: the version of the trigger from which the person began the change
 * @throws AppError CONFLICT if the trigger has another version by now, if files manage it, or if another trigger has
 * the key; BAD_REQUEST with the fields at fault
 */
export async function updateTrigger(
  ctx: ProjectContext,
  input: { triggerId: string; version: number; trigger: TriggerInput },
): Promise<{ id: string; version: number }> {
  requirePermission(ctx, "trigger:write");
  const { triggerId: id, trigger } = input;
  const version = await ctx.db.$transaction(async (tx) => {
    const before = await lockTriggerRow(ctx, tx, { triggerId: id });
    refuseManagedTrigger(ctx, before);
    requireTriggerVersion(before, input.version);
    await checkTriggerInput(ctx, tx, trigger);
    await requireFreeConfigurationKey(ctx, tx, { kind: "trigger", id, key: trigger.key });
    await requireRegexesBelowLimit(ctx, tx, { sources: listRegexesInFilter(trigger.filter), triggerId: id });
    await tx.triggerAction.deleteMany({ where: { triggerId: id } });
    await tx.triggerConfiguration.update({
      where: { id },
      data: {
        ...makeTriggerColumns(trigger),
        version: before.version + 1,
        actions: { create: makeTriggerActionRows(trigger.actionIds) },
      },
      select: { id: true },
    });
    await restartShadowCounts(tx, { before, after: trigger, now: ctx.now() });
    await writeAuditEntry(ctx, tx, {
      action: "trigger.update",
      targetId: id,
      summary: `Changed the trigger "${trigger.name}" (version ${before.version + 1}).`,
    });
    await writeTriggerVersion(ctx, tx, { triggerId: id, summary: "Changed." });
    return before.version + 1;
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id, version };
}
