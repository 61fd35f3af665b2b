import type { AuditAction } from "@/domain/audit";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

/**
 * Writes an entry to a project's audit log, in the same transaction as the change.
 * @param entry `action`: a name such as `trigger.update`; `summary`: a sentence that explains the change to a reader,
 * without secrets
 */
export async function writeAuditEntry(
  ctx: Pick<ServiceContext, "actor" | "now"> & { projectId: string },
  tx: DatabaseOrTransaction,
  entry: { action: AuditAction; targetId: string | null; summary: string },
): Promise<void> {
  await tx.auditLog.create({
    data: {
      id: newId("aud"),
      projectId: ctx.projectId,
      actorId: ctx.actor.id,
      actorLabel: ctx.actor.label,
      ...entry,
      createdAt: ctx.now(),
    },
  });
}
