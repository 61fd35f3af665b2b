import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { lockTriggerRow, requireTriggerVersion } from "../triggers/lock-trigger-row";
import { refuseManagedTrigger } from "../triggers/refuse-managed-trigger";
import { raiseTriggerVersion } from "./raise-trigger-version";

type EndShadowInput = { triggerId: string; version: number };

/**
 * Deletes the shadow (trial filter) of a trigger, together with its counts. The trigger's filter and sampling stay
 * unchanged.
 * @throws AppError FORBIDDEN; NOT_FOUND if the trigger does not exist or has no shadow; CONFLICT if the trigger is at
 * another version, or if files manage it and the actor may only read such triggers
 */
export const deleteShadow = (ctx: ProjectContext, input: EndShadowInput): Promise<{ version: number }> =>
  endShadow(ctx, input, "drop");

/**
 * Replaces a trigger's filter and sampling by those of its shadow, and deletes the shadow. All other fields of the
 * trigger stay unchanged.
 * @throws AppError FORBIDDEN; NOT_FOUND if the trigger does not exist or has no shadow; CONFLICT if the trigger is at
 * another version, or if files manage it and the actor may only read such triggers
 */
export const applyShadowToTrigger = (ctx: ProjectContext, input: EndShadowInput): Promise<{ version: number }> =>
  endShadow(ctx, input, "promote");

async function endShadow(
  ctx: ProjectContext,
  input: EndShadowInput,
  end: "drop" | "promote",
): Promise<{ version: number }> {
  requirePermission(ctx, "trigger:write");
  const version = await ctx.db.$transaction(async (tx) => {
    const trigger = await lockTriggerRow(ctx, tx, { triggerId: input.triggerId });
    refuseManagedTrigger(ctx, trigger);
    requireTriggerVersion(trigger, input.version);
    const { shadow } = trigger;
    if (!shadow) throw makeNotFoundError("shadow");
    await tx.triggerShadow.delete({ where: { id: shadow.id }, select: { id: true } });
    const { filter, samplingRate, samplingBy } = shadow;
    if (end === "promote")
      await tx.triggerConfiguration.update({
        where: { id: trigger.id },
        data: { filter: filter as Prisma.InputJsonObject, samplingRate, samplingBy },
        select: { id: true },
      });
    const done = end === "promote" ? "Promoted the shadow" : "Dropped the shadow";
    return raiseTriggerVersion(ctx, tx, { trigger, action: `trigger.${end}_shadow`, done });
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { version };
}
