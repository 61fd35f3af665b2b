import { randomBytes } from "node:crypto";
import { makeSigningSecret } from "@/domain/action/webhook/signature";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";

/** For this time after a rotation, ms, notices also carry a signature by the old secret. */
const GRACE_MS = 24 * 3_600_000;

/**
 * Makes a new signing secret for the operational webhook. Only this answer shows it. For a day, notices also carry a
 * signature by the old secret.
 */
export async function rotateOperationalSecret(ctx: ProjectContext): Promise<{ secret: string }> {
  requirePermission(ctx, "secret:manage");
  const secret = makeSigningSecret(randomBytes(32));
  await ctx.db.$transaction(async (tx) => {
    const before = await tx.operationalWebhook.findUnique({
      where: { projectId: ctx.projectId },
      select: { ciphertext: true },
    });
    if (!before) throw makeNotFoundError("operational webhook");
    const now = ctx.now();
    const old = { oldCiphertext: before.ciphertext, oldValidUntil: new Date(now.getTime() + GRACE_MS) };
    const data = { ciphertext: ctx.cipher.encrypt(secret), last4: secret.slice(-4), updatedAt: now, ...old };
    await tx.operationalWebhook.update({ where: { projectId: ctx.projectId }, data, select: { projectId: true } });
    await writeAuditEntry(ctx, tx, {
      action: "operationalWebhook.rotate",
      targetId: null,
      summary: "Rotated the secret of the operational webhook.",
    });
  });
  return { secret };
}
