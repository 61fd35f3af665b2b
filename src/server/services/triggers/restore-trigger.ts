import { z } from "zod";
import { Filter, listRegexesInFilter } from "@/domain/filter/schema";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requireFreeConfigurationKey } from "../require-free-configuration-key";
import { requireRegexesBelowLimit, requireProjectBelowLimit } from "../project-limits";
import { writeTriggerVersion, lockTriggerRow } from "./lock-trigger-row";

const KeptStatus = z.object({ status: z.enum(["ACTIVE", "DISABLED"]) });

/**
 * Undoes the deletion of a trigger. The trigger is on again if it was on before. Executions that the deletion cancelled
 * stay cancelled, and its shadow is lost. A repeated call changes nothing.
 * @throws AppError CONFLICT if the project has as many triggers or regular expressions as it may have, or if another
 * trigger has the key
 */
export async function restoreTrigger(ctx: ProjectContext, input: { triggerId: string }): Promise<{ id: string }> {
  requirePermission(ctx, "trigger:write");
  const { id } = await ctx.db.$transaction(async (tx) => {
    const before = await lockTriggerRow(ctx, tx, { ...input, deletedToo: true });
    const { key, deletedAt } = await tx.triggerConfiguration.findUniqueOrThrow({
      where: { id: before.id },
      select: { key: true, deletedAt: true },
    });
    if (deletedAt === null) return before;
    await requireProjectBelowLimit(ctx, tx, "triggers");
    await requireFreeConfigurationKey(ctx, tx, { kind: "trigger", id: before.id, key });
    await requireRegexesBelowLimit(ctx, tx, { sources: listRegexesInFilter(Filter.parse(before.filter)) });
    const kept = await tx.configurationVersion.findFirst({
      where: { projectId: ctx.projectId, kind: "trigger", targetId: before.id, version: before.version - 1 },
      select: { snapshot: true },
    });
    await tx.triggerConfiguration.update({
      where: { id: before.id },
      data: {
        deletedAt: null,
        status: KeptStatus.safeParse(kept?.snapshot).data?.status ?? "DISABLED",
        version: before.version + 1,
      },
      select: { id: true },
    });
    await writeAuditEntry(ctx, tx, {
      action: "trigger.restore",
      targetId: before.id,
      summary: `Restored the deleted trigger "${before.name}".`,
    });
    await writeTriggerVersion(ctx, tx, { triggerId: before.id, summary: "Restored after its deletion." });
    return before;
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id };
}
