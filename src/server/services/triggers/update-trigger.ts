import { regexesInFilter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { requireFreeKey } from "../configuration-key";
import { requireRegexRoom } from "../project-limits";
import { checkTrigger } from "./check";
import { keepTriggerVersion, lockTrigger, requireTriggerVersion } from "./lock-trigger";
import { refuseManaged } from "./refuse-managed";
import { restartShadow } from "./restart-shadow";
import { columnsOf, positions } from "./trigger-columns";

/**
 * Changes a trigger.
 * @param input version: the version that the form was filled from
 * @throws AppError CONFLICT if somebody else has changed the trigger since
 */
export async function updateTrigger(
  ctx: ProjectContext,
  input: { triggerId: string; version: number; trigger: TriggerInput },
): Promise<{ id: string; version: number }> {
  requirePermission(ctx, "trigger:write");
  const { triggerId: id, trigger } = input;
  const version = await ctx.db.$transaction(async (tx) => {
    const before = await lockTrigger(ctx, tx, { triggerId: id });
    refuseManaged(ctx, before);
    requireTriggerVersion(before, input.version);
    await checkTrigger(ctx, tx, trigger);
    await requireFreeKey(ctx, tx, { kind: "trigger", id, key: trigger.key });
    await requireRegexRoom(ctx, tx, { sources: regexesInFilter(trigger.filter), triggerId: id });
    await tx.triggerAction.deleteMany({ where: { triggerId: id } });
    await tx.triggerConfiguration.update({
      where: { id },
      data: { ...columnsOf(trigger), version: before.version + 1, actions: { create: positions(trigger.actionIds) } },
      select: { id: true },
    });
    await restartShadow(tx, { before, after: trigger, now: ctx.now() });
    await audit(ctx, tx, {
      action: "trigger.update",
      targetId: id,
      summary: `Changed the trigger "${trigger.name}" (version ${before.version + 1}).`,
    });
    await keepTriggerVersion(ctx, tx, { triggerId: id, summary: "Changed." });
    return before.version + 1;
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id, version };
}
