import type { AuditAction } from "@/domain/audit";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { writeAuditEntry } from "../write-audit-entry";
import { writeTriggerVersion, type LockedTrigger } from "../triggers/lock-trigger";

/**
 * Raises the version of a trigger after a change of its shadow, so that the matcher and other editors see the change.
 */
export async function raiseTriggerVersion(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { trigger: { id, name, version }, action, done }: { trigger: LockedTrigger; action: AuditAction; done: string },
): Promise<number> {
  await tx.triggerConfiguration.update({ where: { id }, data: { version: version + 1 }, select: { id: true } });
  await writeAuditEntry(ctx, tx, {
    action,
    targetId: id,
    summary: `${done} of the trigger "${name}" (version ${version + 1}).`,
  });
  await writeTriggerVersion(ctx, tx, { triggerId: id, summary: `${done}.` });
  return version + 1;
}
