import { randomBytes } from "node:crypto";
import { z } from "zod";
import { isMasked, maskUrl } from "@/domain/action/webhook/url";
import { secretFrom } from "@/domain/action/webhook/signature";
import type { ProjectContext } from "@/server/context";
import { AppError, notFound } from "@/server/errors";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { visibleUrl } from "../visible-url";
import { checkWebhookUrl } from "../webhook-url";

export const OperationalWebhookInput = z.object({
  url: z.string().min(1, "Enter a URL.").max(2_048, "At most 2,048 characters."),
});
export type OperationalWebhookInput = z.infer<typeof OperationalWebhookInput>;

export type OperationalWebhook = {
  url: string;
  last4: string;
  updatedAt: Date;
  /** the notices, newest first */
  notices: {
    id: string;
    type: string;
    status: string;
    attempts: number;
    message: string | null;
    createdAt: Date;
    finishedAt: Date | null;
  }[];
};

const NOTICES_SHOWN = 20;
/** How long a replaced secret also signs, ms. */
const GRACE_MS = 24 * 3_600_000;

/** Returns the webhook that gets notices about a project's endpoints; null without one. */
export async function getOperationalWebhook(ctx: ProjectContext): Promise<OperationalWebhook | null> {
  requirePermission(ctx, "secret:manage");
  const row = await ctx.db.operationalWebhook.findUnique({
    where: { projectId: ctx.projectId },
    select: { url: true, urlCiphertext: true, last4: true, updatedAt: true },
  });
  if (!row) return null;
  const { url, urlCiphertext, ...shown } = row;
  const notices = await ctx.db.operationalNotice.findMany({
    where: { projectId: ctx.projectId },
    orderBy: { createdAt: "desc" },
    take: NOTICES_SHOWN,
    select: { id: true, type: true, status: true, attempts: true, message: true, createdAt: true, finishedAt: true },
  });
  return { ...shown, url: visibleUrl(ctx, { masked: url, ciphertext: urlCiphertext }), notices };
}

/**
 * Sets the URL for a project's notices. The first URL and each new host get a new secret, which only this answer shows.
 * @throws AppError BAD_REQUEST at the field `url` if the guard refuses it
 */
export async function setOperationalWebhook(
  ctx: ProjectContext,
  input: OperationalWebhookInput,
): Promise<{ secret: string | null; warning: string | null }> {
  requirePermission(ctx, "secret:manage");
  if (isMasked(input.url)) {
    const message = "The path of this URL is hidden. Enter the whole URL.";
    throw new AppError("BAD_REQUEST", message, { fields: { url: message } });
  }
  const warning = await checkWebhookUrl(ctx, input.url, "url");
  const [now, { projectId }] = [ctx.now(), ctx];
  return ctx.db.$transaction(async (tx) => {
    const before = await tx.operationalWebhook.findUnique({ where: { projectId }, select: { url: true } });
    const urlColumns = { url: maskUrl(input.url), urlCiphertext: ctx.cipher.encrypt(input.url) };
    const keeps = before !== null && new URL(before.url).origin === new URL(input.url).origin;
    const secret = keeps ? null : secretFrom(randomBytes(32));
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
    await audit(ctx, tx, {
      action: "operationalWebhook.set",
      targetId: null,
      summary: `Set the operational webhook to ${urlColumns.url}.`,
    });
    return { secret, warning };
  });
}

/** Makes a new secret, which only this answer shows. The old secret also signs for a day. */
export async function rotateOperationalSecret(ctx: ProjectContext): Promise<{ secret: string }> {
  requirePermission(ctx, "secret:manage");
  const secret = secretFrom(randomBytes(32));
  await ctx.db.$transaction(async (tx) => {
    const before = await tx.operationalWebhook.findUnique({
      where: { projectId: ctx.projectId },
      select: { ciphertext: true },
    });
    if (!before) throw notFound("operational webhook");
    const now = ctx.now();
    const old = { oldCiphertext: before.ciphertext, oldValidUntil: new Date(now.getTime() + GRACE_MS) };
    const data = { ciphertext: ctx.cipher.encrypt(secret), last4: secret.slice(-4), updatedAt: now, ...old };
    await tx.operationalWebhook.update({ where: { projectId: ctx.projectId }, data, select: { projectId: true } });
    await audit(ctx, tx, {
      action: "operationalWebhook.rotate",
      targetId: null,
      summary: "Rotated the secret of the operational webhook.",
    });
  });
  return { secret };
}

/** Removes the operational webhook. Waiting notices are dropped. */
export async function removeOperationalWebhook(ctx: ProjectContext): Promise<void> {
  requirePermission(ctx, "secret:manage");
  await ctx.db.$transaction(async (tx) => {
    await tx.operationalWebhook.deleteMany({ where: { projectId: ctx.projectId } });
    await tx.operationalNotice.deleteMany({ where: { projectId: ctx.projectId, status: "waiting" } });
    await audit(ctx, tx, {
      action: "operationalWebhook.remove",
      targetId: null,
      summary: "Removed the operational webhook.",
    });
  });
}
