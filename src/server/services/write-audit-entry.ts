import type { AuditAction } from "@/domain/audit";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";

/**
 * Writes a change to the audit log, in the transaction of the change.
 * @param entry action: `noun.verb`; summary: all that a reader needs to understand the change, and never a secret
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
