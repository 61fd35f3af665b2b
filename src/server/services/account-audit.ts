import type { AuditAction } from "@/domain/audit";
import { sha256 } from "@/server/crypto";
import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/ids";
import { countUsage } from "./usage-limits";
import { isStorableText } from "./storable-text";

const HOUR_MS = 60 * 60_000;
/**
 * The most audit entries of failed sign-ins in an hour: for one known email, and for all unknown emails together. A
 * person who guesses passwords must not fill the audit log.
 */
const FAILURES_AN_HOUR = 20;
const UNKNOWN_AN_HOUR = 100;

/**
 * Writes a change of a person's account to the audit log. The entry has no project. The audit logs of all the person's
 * projects show the entry, and so does the log of the installation.
 * @param entry the change; its summary must not contain a secret
 */
export async function auditAccountChange(
  ctx: Pick<ServiceContext, "now">,
  tx: DatabaseOrTransaction,
  {
    user,
    ...entry
  }: { user: { id: string; email: string }; action: AuditAction; summary: string; actorLabel?: string },
): Promise<void> {
  const { action, summary, actorLabel } = entry;
  await tx.auditLog.create({
    data: {
      id: newId("aud"),
      projectId: null,
      actorId: actorLabel === undefined ? user.id : null,
      actorLabel: actorLabel ?? user.email,
      action,
      targetId: user.id,
      summary,
      createdAt: ctx.now(),
    },
    select: { id: true },
  });
}

/** Writes to the audit log what an admin of the installation did. The audit logs of projects do not show the entry. */
export async function auditInstallationChange(
  ctx: Pick<ServiceContext, "actor" | "now">,
  tx: DatabaseOrTransaction,
  entry: { action: AuditAction; targetId: string; summary: string },
): Promise<void> {
  await tx.auditLog.create({
    data: {
      id: newId("aud"),
      projectId: null,
      actorId: ctx.actor.id,
      actorLabel: ctx.actor.label,
      ...entry,
      createdAt: ctx.now(),
    },
    select: { id: true },
  });
}

/**
 * Writes a failed sign-in to the audit log, for a wrong password or an unknown email. Above the limits for an hour it
 * writes nothing.
 */
export async function auditFailedSignIn(
  ctx: Pick<ServiceContext, "db" | "now">,
  input: { email: string; address: string },
): Promise<void> {
  const email = input.email.trim().toLowerCase();
  const user = isStorableText(email) ? await ctx.db.user.findUnique({ where: { email }, select: { id: true } }) : null;
  const key = `audit:sign-in-failed:${user ? sha256(email) : "unknown"}`;
  const { count } = await countUsage(ctx, { key, windowMs: HOUR_MS });
  if (count > (user ? FAILURES_AN_HOUR : UNKNOWN_AN_HOUR)) return;
  await ctx.db.auditLog.create({
    data: {
      id: newId("aud"),
      projectId: null,
      actorId: null,
      actorLabel: input.address || "unknown address",
      action: "account.signInFailed",
      targetId: user?.id ?? null,
      summary: user ? `A sign-in as ${email} failed.` : "A sign-in with an email that nobody has failed.",
      createdAt: ctx.now(),
    },
    select: { id: true },
  });
}
