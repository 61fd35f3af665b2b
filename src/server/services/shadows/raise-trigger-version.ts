import type { AuditAction } from "@/domain/audit";
import type { ProjectContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { writeAuditEntry } from "../write-audit-entry";
import { writeTriggerVersion, type LockedTrigger } from "../triggers/lock-trigger";

/**
 * Raises the version of a trigger after a change of its shadow. It also writes the audit entry and the version. So the
 * matcher loads the change, and people who edit the trigger get a conflict.
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
