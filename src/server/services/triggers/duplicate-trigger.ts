import { readPersonIdOfActor } from "@/domain/actor";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { makeCopyName } from "../make-copy-name";
import { requireProjectBelowLimit } from "../project-limits";
import { writeTriggerVersion, lockTriggerRow } from "./lock-trigger-row";
import { makeTriggerActionRows } from "./trigger-columns";

/**
 * Copies a trigger without its key and its shadow. The copy is off, so that events do not fire twice before a
 * person has checked the copy.
 */
export async function duplicateTrigger(ctx: ProjectContext, input: { triggerId: string }): Promise<{ id: string }> {
  requirePermission(ctx, "trigger:write");
  const id = newId("trg");
  const now = ctx.now();
  await ctx.db.$transaction(async (tx) => {
    await requireProjectBelowLimit(ctx, tx, "triggers");
    const before = await lockTriggerRow(ctx, tx, { triggerId: input.triggerId });
    const {
      id: _id,
      version: _version,
      actions,
      name,
      filter,
      shadow: _shadow,
      management: _management,
      ...rest
    } = before;
    await tx.triggerConfiguration.create({
      data: {
        ...rest,
        id,
        projectId: ctx.projectId,
        name: makeCopyName(name),
        filter: filter as Prisma.InputJsonObject,
        status: "DISABLED",
        createdById: readPersonIdOfActor(ctx.actor),
        createdAt: now,
        actions: { create: makeTriggerActionRows(actions.map((action) => action.actionId)) },
      },
      select: { id: true },
    });
    await writeAuditEntry(ctx, tx, {
      action: "trigger.duplicate",
      targetId: id,
      summary: `Copied the trigger "${name}".`,
    });
    await writeTriggerVersion(ctx, tx, { triggerId: id, summary: `Copied from "${name}".` });
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id };
}
