import { readPersonIdOfActor } from "@/domain/actor";
import { listRegexesInFilter } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import type { ProjectContext } from "@/server/context";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requireFreeConfigurationKey } from "../require-free-configuration-key";
import { requireRegexesBelowLimit, requireProjectBelowLimit } from "../project-limits";
import { checkTriggerInput } from "./check-trigger";
import { writeTriggerVersion } from "./lock-trigger-row";
import { makeTriggerColumns, makeTriggerActionRows } from "./trigger-columns";

export async function createTrigger(ctx: ProjectContext, input: TriggerInput): Promise<{ id: string }> {
  requirePermission(ctx, "trigger:write");
  const id = newId("trg");
  const now = ctx.now();
  await ctx.db.$transaction(async (tx) => {
    await checkTriggerInput(ctx, tx, input);
    await requireProjectBelowLimit(ctx, tx, "triggers");
    await requireFreeConfigurationKey(ctx, tx, { kind: "trigger", id: null, key: input.key });
    await requireRegexesBelowLimit(ctx, tx, { sources: listRegexesInFilter(input.filter) });
    await tx.triggerConfiguration.create({
      data: {
        id,
        projectId: ctx.projectId,
        ...makeTriggerColumns(input),
        createdById: readPersonIdOfActor(ctx.actor),
        createdAt: now,
        actions: { create: makeTriggerActionRows(input.actionIds) },
      },
      select: { id: true },
    });
    await writeAuditEntry(ctx, tx, {
      action: "trigger.create",
      targetId: id,
      summary: `Created the trigger "${input.name}".`,
    });
    await writeTriggerVersion(ctx, tx, { triggerId: id, summary: "Created." });
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id };
}
