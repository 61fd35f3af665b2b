import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { dropCachedEventKey } from "./authenticate-event-key";

/** Revokes an event key. This process refuses requests with the key at once, other processes within a second. */
export async function revokeEventKey(ctx: ProjectContext, input: { id: string }): Promise<void> {
  requirePermission(ctx, "eventKey:manage");
  const key = await ctx.db.eventKey.findFirst({
    where: { id: input.id, projectId: ctx.projectId },
    select: { name: true, last4: true, hash: true },
  });
  if (!key) throw makeNotFoundError("event key");
  await ctx.db.$transaction(async (tx) => {
    const { count } = await tx.eventKey.updateMany({
      where: { id: input.id, projectId: ctx.projectId, revokedAt: null },
      data: { revokedAt: ctx.now() },
    });
    if (count === 0) return;
    await writeAuditEntry(ctx, tx, {
      action: "eventKey.revoke",
      targetId: input.id,
      summary: `Revoked the event key “${key.name}” (…${key.last4})`,
    });
  });
  dropCachedEventKey(ctx.db, key.hash);
}
