import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { requireFreeConfigurationKey } from "../require-free-configuration-key";
import { requireProjectBelowLimit } from "../project-limits";
import { writeActionVersion } from "./write-action-version";
import { lockActionRow } from "./lock-action-row";

/**
 * Undoes the deletion of an action. Its triggers run it again, unless the action was off before. Its signing secrets
 * are valid again. Executions that the deletion cancelled stay cancelled. A repeated call changes nothing.
 * @throws AppError CONFLICT if the project has as many actions as it may have, or another action has the key
 */
export async function restoreAction(ctx: ProjectContext, input: { actionId: string }): Promise<{ id: string }> {
  requirePermission(ctx, "action:write");
  const { id } = await ctx.db.$transaction(async (tx) => {
    const before = await lockActionRow(ctx, tx, { ...input, deletedToo: true });
    const { key, deletedAt } = await tx.actionConfiguration.findUniqueOrThrow({
      where: { id: before.id },
      select: { key: true, deletedAt: true },
    });
    if (deletedAt === null) return before;
    await requireProjectBelowLimit(ctx, tx, "actions");
    await requireFreeConfigurationKey(ctx, tx, { kind: "action", id: before.id, key });
    await tx.actionConfiguration.update({
      where: { id: before.id },
      data: { deletedAt: null, version: before.version + 1 },
      select: { id: true },
    });
    await writeAuditEntry(ctx, tx, {
      action: "action.restore",
      targetId: before.id,
      summary: `Restored the deleted action "${before.name}".`,
    });
    await writeActionVersion(ctx, tx, { actionId: before.id, summary: "Restored after its deletion." });
    return before;
  });
  ctx.live.touch(ctx.projectId, "actions");
  ctx.live.touch(ctx.projectId, "triggers");
  return { id };
}
