import { z } from "zod";
import { getActionType } from "@/domain/action/registry";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { lockActionRow } from "./lock-action-row";
import { makeSigningSecretRow } from "./make-signing-secret-row";

export const SecretGracePeriod = z.enum(["0", "1h", "24h", "7d"]);
export type SecretGracePeriod = z.infer<typeof SecretGracePeriod>;
const HOUR_MS = 60 * 60 * 1_000;
const graceMs: Record<SecretGracePeriod, number> = {
  "0": 0,
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 7 * 24 * HOUR_MS,
};

/**
 * Makes a new signing secret for an action. Only this answer shows the secret. Until the grace period ends, webhooks
 * also carry signatures by the older secrets that have not expired. Without a grace period the older secrets are
 * deleted.
 * @throws AppError BAD_REQUEST if the action's type does not sign
 */
export async function rotateSigningSecret(
  ctx: ProjectContext,
  input: { actionId: string; grace: SecretGracePeriod },
): Promise<{ secret: string; oldValidUntil: Date | null }> {
  requirePermission(ctx, "secret:manage");
  const { secret, row } = makeSigningSecretRow(ctx);
  const now = ctx.now();
  const until = new Date(now.getTime() + graceMs[input.grace]);
  await ctx.db.$transaction(async (tx) => {
    const before = await lockActionRow(ctx, tx, input);
    if (getActionType(before.type)?.hasSigningSecret === false)
      throw new AppError("BAD_REQUEST", "This action signs nothing, so it has no signing secret.");
    if (input.grace === "0") await tx.actionSecret.deleteMany({ where: { actionId: before.id } });
    else {
      await tx.actionSecret.deleteMany({ where: { actionId: before.id, expiresAt: { lte: now } } });
      await tx.actionSecret.updateMany({
        where: { actionId: before.id, OR: [{ expiresAt: null }, { expiresAt: { gt: until } }] },
        data: { expiresAt: until },
      });
    }
    await tx.actionSecret.create({ data: { ...row, actionId: before.id }, select: { id: true } });
    await writeAuditEntry(ctx, tx, {
      action: "action.rotate_secret",
      targetId: before.id,
      summary: `Rotated the signing secret of the action "${before.name}"; the old one signs along for ${input.grace}.`,
    });
  });
  ctx.live.touch(ctx.projectId, "actions");
  return { secret, oldValidUntil: input.grace === "0" ? null : until };
}
