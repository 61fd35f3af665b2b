import { listRegexesInFilter } from "@/domain/filter/schema";
import type { ShadowInput } from "@/domain/shadow";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { AppError } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { requireRegexesBelowLimit } from "../project-limits";
import { checkTriggerFilter } from "../triggers/check-trigger";
import { lockTriggerRow, requireTriggerVersion, type LockedTriggerRow } from "../triggers/lock-trigger-row";
import { refuseManagedTrigger } from "../triggers/refuse-managed-trigger";
import { raiseTriggerVersion } from "./raise-trigger-version";

/**
 * A project may have at most this many shadows. Every event evaluates all shadows, because the matcher's index does not
 * hold them: 100 shadows with three conditions took 1.8 ms.
 */
const SHADOWS_MAX = 100;

/**
 * Starts a shadow of a trigger: a filter and a sampling on trial, whose decisions are only compared with the trigger's
 * own. A shadow sends nothing. It replaces the trigger's earlier shadow, and its counts begin at zero.
 * @throws AppError BAD_REQUEST with the fields at fault; CONFLICT if the trigger is at another version or the project
 * has 100 shadows
 */
export async function startShadow(
  ctx: ProjectContext,
  input: { triggerId: string; version: number; shadow: ShadowInput },
): Promise<{ version: number }> {
  requirePermission(ctx, "trigger:write");
  const { shadow } = input;
  const version = await ctx.db.$transaction(async (tx) => {
    const trigger = await lockTriggerRow(ctx, tx, { triggerId: input.triggerId });
    refuseManagedTrigger(ctx, trigger);
    requireTriggerVersion(trigger, input.version);
    await checkTriggerFilter(trigger.eventSource, shadow.filter);
    await requireRegexesBelowLimit(ctx, tx, { sources: listRegexesInFilter(shadow.filter) });
    await requireShadowRoom(ctx, tx, trigger);
    await tx.triggerShadow.deleteMany({ where: { triggerId: trigger.id } });
    await tx.triggerShadow.create({
      data: {
        ...shadow,
        id: newId("shd"),
        triggerId: trigger.id,
        projectId: ctx.projectId,
        filter: shadow.filter as unknown as Prisma.InputJsonObject,
        startedAt: ctx.now(),
        startedByLabel: ctx.actor.label,
      },
      select: { id: true },
    });
    return raiseTriggerVersion(ctx, tx, { trigger, action: "trigger.start_shadow", done: "Started a shadow" });
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { version };
}

async function requireShadowRoom(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { id }: LockedTriggerRow,
): Promise<void> {
  const others = await tx.triggerShadow.count({ where: { projectId: ctx.projectId, triggerId: { not: id } } });
  if (others < SHADOWS_MAX) return;
  throw new AppError("CONFLICT", `This project has ${SHADOWS_MAX} shadows. Promote or drop one of them first.`);
}
