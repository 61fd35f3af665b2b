import type { AuditAction } from "@/domain/audit";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { writeAuditEntry } from "../write-audit-entry";
import { writeTriggerVersion, type LockedTriggerRow } from "../triggers/lock-trigger-row";

/**
 * Raises a trigger's version number after a change of its shadow. The matcher then loads the change, and people who
 * edit the trigger get a conflict. It also writes the audit entry, and a copy of the trigger for its history.
 */
export async function raiseTriggerVersion(
  ctx: ProjectContext,
  tx: DatabaseOrTransaction,
  { trigger: { id, name, version }, action, done }: { trigger: LockedTriggerRow; action: AuditAction; done: string },
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
