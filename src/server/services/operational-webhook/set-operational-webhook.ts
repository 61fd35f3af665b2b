import { randomBytes } from "node:crypto";
import { z } from "zod";
import { makeSigningSecret } from "@/domain/action/webhook/signature";
import { isMaskedUrl, maskUrl } from "@/domain/action/webhook/url";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { checkWebhookUrl } from "../webhook-url";

export const OperationalWebhookInput = z.object({
  url: z.string().min(1, "Enter a URL.").max(2_048, "At most 2,048 characters."),
});
export type OperationalWebhookInput = z.infer<typeof OperationalWebhookInput>;

/**
 * Sets the URL of a project's operational webhook. If its scheme, host or port is new, a new signing secret is made,
 * and only this answer shows it. Otherwise `secret` is null. `warning` tells about a doubtful URL.
 * @throws AppError BAD_REQUEST at the field `url` if the URL is a masked one or the guard refuses it
 */
export async function setOperationalWebhook(
  ctx: ProjectContext,
  input: OperationalWebhookInput,
): Promise<{ secret: string | null; warning: string | null }> {
  requirePermission(ctx, "secret:manage");
  if (isMaskedUrl(input.url)) {
    const message = "The path of this URL is hidden. Enter the whole URL.";
    throw new AppError("BAD_REQUEST", message, { fields: { url: message } });
  }
  const warning = await checkWebhookUrl(ctx, input.url, "url");
  const [now, { projectId }] = [ctx.now(), ctx];
  return ctx.db.$transaction(async (tx) => {
    const before = await tx.operationalWebhook.findUnique({ where: { projectId }, select: { url: true } });
    const urlColumns = { url: maskUrl(input.url), urlCiphertext: ctx.cipher.encrypt(input.url) };
    const keeps = before !== null && new URL(before.url).origin === new URL(input.url).origin;
    const secret = keeps ? null : makeSigningSecret(randomBytes(32));
    const secretColumns =
      secret === null
        ? {}
        : { ciphertext: ctx.cipher.encrypt(secret), last4: secret.slice(-4), oldCiphertext: null, oldValidUntil: null };
    if (before)
      await tx.operationalWebhook.update({
        where: { projectId },
        data: { ...urlColumns, updatedAt: now, ...secretColumns },
        select: { projectId: true },
      });
    else {
      const made = { ciphertext: "", last4: "", ...secretColumns };
      await tx.operationalWebhook.create({
        data: { projectId, ...urlColumns, ...made, createdAt: now, updatedAt: now },
        select: { projectId: true },
      });
    }
    await writeAuditEntry(ctx, tx, {
      action: "operationalWebhook.set",
      targetId: null,
      summary: `Set the operational webhook to ${urlColumns.url}.`,
    });
    return { secret, warning };
  });
}
