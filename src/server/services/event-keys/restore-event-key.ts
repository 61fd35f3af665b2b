import type { ProjectContext } from "@/server/context";
import { AppError, makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { requireProjectBelowLimit } from "../project-limits";
import { writeAuditEntry } from "../write-audit-entry";
import { dropCachedEventKey } from "./authenticate-event-key";

/** For this time after its revocation, ms, a person can undo the revocation of an event key. */
const RESTORE_WITHIN_MS = 10 * 60_000;

/**
 * Undoes the revocation of an event key within 10 minutes. A key that is not revoked stays unchanged.
 * @throws AppError NOT_FOUND; CONFLICT if the key was revoked longer ago, or if the project has as many keys as it may
 * have
 */
export async function restoreEventKey(ctx: ProjectContext, input: { id: string }): Promise<void> {
  requirePermission(ctx, "eventKey:manage");
  const key = await ctx.db.eventKey.findFirst({
    where: { id: input.id, projectId: ctx.projectId },
    select: { name: true, last4: true, hash: true, revokedAt: true },
  });
  if (!key) throw makeNotFoundError("event key");
  if (key.revokedAt === null) return;
  if (ctx.now().getTime() - key.revokedAt.getTime() > RESTORE_WITHIN_MS)
    throw new AppError("CONFLICT", "This key was revoked more than 10 minutes ago. Create a new key.");
  await ctx.db.$transaction(async (tx) => {
    await requireProjectBelowLimit(ctx, tx, "eventKeys");
    await tx.eventKey.updateMany({ where: { id: input.id, projectId: ctx.projectId }, data: { revokedAt: null } });
    await writeAuditEntry(ctx, tx, {
      action: "eventKey.restore",
      targetId: input.id,
      summary: `Brought back the event key “${key.name}” (…${key.last4})`,
    });
  });
  dropCachedEventKey(ctx.db, key.hash);
}
