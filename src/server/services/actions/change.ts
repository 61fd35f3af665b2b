import { randomBytes } from "node:crypto";
import { z } from "zod";
import { personIdOf } from "@/domain/actor";
import { readConfiguration } from "@/domain/action/read-configuration";
import { getActionType } from "@/domain/action/registry";
import { secretFrom } from "@/domain/action/webhook/signature";
import { ConfigurationKey, ConfigurationName } from "@/domain/trigger";
import type { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import { AppError, notFound } from "@/server/errors";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { requireFreeKey } from "../configuration-key";
import { requireRoom } from "../project-limits";
import { audit } from "../audit";
import { changeHealth, forgive } from "../deliveries/endpoint-health";
import { wakeIfPossible } from "../wakes/wake-actions";
import { requestEnding, startEnding } from "../jobs/end-waiting";
import { copyName } from "../triggers/change";
import { writeVersion } from "../versions/write";
import { actionTypeOf, checkConfiguration, requireAvailable } from "./configuration";

/** The input of the action form. The action type checks the configuration. */
export const ActionInput = z.object({
  /** a change without a key keeps the stored key */
  key: ConfigurationKey.nullish(),
  name: ConfigurationName,
  type: z.string().min(1).max(100),
  configuration: z.record(z.string(), z.unknown()),
});
export type ActionInput = z.infer<typeof ActionInput>;

async function lockAction(ctx: ProjectContext, tx: Queryable, actionId: string) {
  await tx.$queryRaw`SELECT 1 FROM action_configuration
    WHERE id = ${actionId} AND project_id = ${ctx.projectId} FOR NO KEY UPDATE`;
  const row = await tx.actionConfiguration.findFirst({
    where: { id: actionId, projectId: ctx.projectId, deletedAt: null },
    select: { id: true, name: true, type: true, configuration: true, version: true, disabledAt: true },
  });
  if (!row) throw notFound("action");
  return row;
}

/** Stores the current version of an action, without any secret. */
async function keepVersion(
  ctx: ProjectContext,
  tx: Queryable,
  { actionId, summary }: { actionId: string; summary: string },
): Promise<void> {
  const row = await tx.actionConfiguration.findUniqueOrThrow({
    where: { id: actionId },
    select: { name: true, type: true, configuration: true, version: true, disabledAt: true },
  });
  const read = readConfiguration(row.type, row.configuration);
  const snapshot = {
    name: row.name,
    type: row.type,
    configuration: read.problem === null ? read.configuration.keep() : null,
    enabled: row.disabledAt === null,
  };
  await writeVersion(ctx, tx, { kind: "action", targetId: actionId, version: row.version, snapshot, summary });
}

/** Makes a signing secret: the clear text for the one answer that shows it, and its row. */
export function newSigningSecret(ctx: ProjectContext) {
  const secret = secretFrom(randomBytes(32));
  return {
    secret,
    row: { id: newId("sec"), ciphertext: ctx.cipher.encrypt(secret), last4: secret.slice(-4), createdAt: ctx.now() },
  };
}

/** @property secret the signing secret in the clear; null for an action type without one */
type MadeAction = { id: string; secret: string | null };

async function insertAction(
  ctx: ProjectContext,
  tx: Queryable,
  action: { key?: string | null | undefined; name: string; type: string; stored: unknown },
): Promise<MadeAction> {
  await requireRoom(ctx, tx, "actions");
  await requireFreeKey(ctx, tx, { kind: "action", id: null, key: action.key });
  const id = newId("act");
  const signing = getActionType(action.type)?.hasSigningSecret === true ? newSigningSecret(ctx) : null;
  await tx.actionConfiguration.create({
    data: {
      id,
      projectId: ctx.projectId,
      key: action.key ?? null,
      name: action.name,
      type: action.type,
      configuration: action.stored as Prisma.InputJsonObject,
      createdById: personIdOf(ctx.actor),
      createdAt: ctx.now(),
      ...(signing ? { secrets: { create: signing.row } } : {}),
    },
    select: { id: true },
  });
  return { id, secret: signing?.secret ?? null };
}

/** A warning about the saved action, in words; null without one. */
type WithWarning = { warning: string | null };

/** Creates an action. Only this answer ever shows its signing secret. */
export async function createAction(ctx: ProjectContext, input: ActionInput): Promise<MadeAction & WithWarning> {
  requirePermission(ctx, "action:write");
  const type = actionTypeOf(input.type);
  requireAvailable(ctx, type);
  const { configuration, warning } = await checkConfiguration(ctx, {
    type,
    input: input.configuration,
    previous: null,
  });
  const { stored } = configuration;
  const made = await ctx.db.$transaction(async (tx) => {
    const action = await insertAction(ctx, tx, { key: input.key, name: input.name, type: input.type, stored });
    await audit(ctx, tx, {
      action: "action.create",
      targetId: action.id,
      summary: `Created the action "${input.name}".`,
    });
    await keepVersion(ctx, tx, { actionId: action.id, summary: "Created." });
    return action;
  });
  ctx.live.touch(ctx.projectId, "actions");
  return { ...made, warning };
}

/**
 * Changes an action. A secret header without a value keeps its stored value.
 * @throws AppError CONFLICT if somebody else has changed the action since `version`
 */
export async function updateAction(
  ctx: ProjectContext,
  input: { actionId: string; version: number; action: ActionInput },
): Promise<{ id: string; version: number } & WithWarning> {
  requirePermission(ctx, "action:write");
  const { actionId: id, action } = input;
  const read = await ctx.db.actionConfiguration.findFirst({
    where: { id, projectId: ctx.projectId, deletedAt: null },
    select: { type: true, configuration: true, version: true },
  });
  if (!read) throw notFound("action");
  const conflict = (): AppError =>
    new AppError("CONFLICT", "Somebody else has changed this action meanwhile. Load it again, then make your change.", {
      reason: "version_mismatch",
    });
  if (read.version !== input.version) throw conflict();
  // The guard asks DNS, which must not happen inside a transaction.
  const { configuration, warning } = await checkConfiguration(ctx, {
    type: actionTypeOf(action.type),
    input: action.configuration,
    previous: read.type === action.type ? read.configuration : null,
  });
  const version = await ctx.db.$transaction(async (tx) => {
    const before = await lockAction(ctx, tx, id);
    if (before.version !== input.version) throw conflict();
    // `reencrypt` may have encrypted a secret again since the read. The change must not write the old ciphertext back.
    if (JSON.stringify(before.configuration) !== JSON.stringify(read.configuration)) throw conflict();
    await requireFreeKey(ctx, tx, { kind: "action", id, key: action.key });
    await tx.actionConfiguration.update({
      where: { id },
      data: {
        ...(action.key === undefined ? {} : { key: action.key }),
        name: action.name,
        type: action.type,
        configuration: configuration.stored as Prisma.InputJsonObject,
        version: before.version + 1,
      },
      select: { id: true },
    });
    await audit(ctx, tx, {
      action: "action.update",
      targetId: id,
      summary: `Changed the action "${action.name}" (version ${before.version + 1}).`,
    });
    await keepVersion(ctx, tx, { actionId: id, summary: "Changed." });
    return before.version + 1;
  });
  ctx.live.touch(ctx.projectId, "actions");
  return { id, version, warning };
}

/**
 * Switches an action on or off. Switching off counts at once. A job then ends the waiting executions as SKIPPED.
 * `skipped` is their number, counted up to 100,000. Switching on leaves skipped executions as they are, for a replay.
 */
export async function setActionEnabled(
  ctx: ProjectContext,
  input: { actionId: string; enabled: boolean },
): Promise<{ id: string; disabledAt: Date | null; version: number; skipped: number }> {
  requirePermission(ctx, "action:write");
  const { row, ending } = await ctx.db.$transaction(async (tx) => {
    const before = await lockAction(ctx, tx, input.actionId);
    if ((before.disabledAt === null) === input.enabled) return { row: before, ending: null };
    if (input.enabled) await changeHealth(tx, { projectId: ctx.projectId, actionId: before.id }, forgive);
    const now = ctx.now();
    const row = await tx.actionConfiguration.update({
      where: { id: before.id },
      data: {
        disabledAt: input.enabled ? null : now,
        disabledReason: input.enabled ? null : `Switched off by ${ctx.actor.label}.`,
        version: before.version + 1,
      },
      select: { id: true, disabledAt: true, version: true },
    });
    const ending = input.enabled
      ? null
      : await startEnding(ctx, tx, { of: "action", id: before.id, why: "off", at: now });
    await audit(ctx, tx, {
      action: input.enabled ? "action.enable" : "action.disable",
      targetId: before.id,
      summary: `Switched the action "${before.name}" ${input.enabled ? "on" : "off"}.`,
    });
    await keepVersion(ctx, tx, { actionId: before.id, summary: input.enabled ? "Switched on." : "Switched off." });
    return { row, ending };
  });
  if (ending) await requestEnding(ctx, [ending.job]);
  // Executions from before the action was switched off may still wait, and the wake gets them delivered.
  else await wakeIfPossible(ctx, [{ projectId: ctx.projectId, actionId: row.id, dueAt: ctx.now() }]);
  ctx.live.touch(ctx.projectId, "actions");
  ctx.live.touch(ctx.projectId, "executions");
  return { id: row.id, disabledAt: row.disabledAt, version: row.version, skipped: ending?.waiting ?? 0 };
}

/**
 * Copies an action, with a new signing secret that only this answer shows. The copy sends to the same host, so it keeps
 * the secret headers.
 */
export async function duplicateAction(ctx: ProjectContext, input: { actionId: string }): Promise<MadeAction> {
  requirePermission(ctx, "action:write");
  const made = await ctx.db.$transaction(async (tx) => {
    const before = await lockAction(ctx, tx, input.actionId);
    const action = await insertAction(ctx, tx, {
      name: copyName(before.name),
      type: before.type,
      stored: before.configuration,
    });
    await audit(ctx, tx, {
      action: "action.duplicate",
      targetId: action.id,
      summary: `Copied the action "${before.name}".`,
    });
    await keepVersion(ctx, tx, { actionId: action.id, summary: `Copied from "${before.name}".` });
    return action;
  });
  ctx.live.touch(ctx.projectId, "actions");
  return made;
}

/**
 * Deletes an action. Its history stays. The deletion counts at once. A job then cancels the waiting executions.
 * `cancelled` is their number, counted up to 100,000.
 */
export async function removeAction(
  ctx: ProjectContext,
  input: { actionId: string },
): Promise<{ id: string; cancelled: number }> {
  requirePermission(ctx, "action:write");
  const { id, ending } = await ctx.db.$transaction(async (tx) => {
    const before = await lockAction(ctx, tx, input.actionId);
    const now = ctx.now();
    await tx.actionConfiguration.update({
      where: { id: before.id },
      data: { deletedAt: now, version: before.version + 1 },
      select: { id: true },
    });
    const ending = await startEnding(ctx, tx, { of: "action", id: before.id, why: "deleted", at: now });
    await audit(ctx, tx, {
      action: "action.delete",
      targetId: before.id,
      summary: `Deleted the action "${before.name}" with ${ending.waiting} waiting executions.`,
    });
    await keepVersion(ctx, tx, { actionId: before.id, summary: "Deleted." });
    return { id: before.id, ending };
  });
  await requestEnding(ctx, [ending.job]);
  ctx.live.touch(ctx.projectId, "actions");
  ctx.live.touch(ctx.projectId, "triggers");
  ctx.live.touch(ctx.projectId, "executions");
  return { id, cancelled: ending.waiting };
}

export const RotationGrace = z.enum(["0", "1h", "24h", "7d"]);
export type RotationGrace = z.infer<typeof RotationGrace>;
const HOUR_MS = 60 * 60 * 1_000;
const graceMs: Record<RotationGrace, number> = { "0": 0, "1h": HOUR_MS, "24h": 24 * HOUR_MS, "7d": 7 * 24 * HOUR_MS };

/**
 * Makes a new signing secret, which only this answer ever shows. Older secrets also sign until their grace period ends.
 */
export async function rotateSecret(
  ctx: ProjectContext,
  input: { actionId: string; grace: RotationGrace },
): Promise<{ secret: string; oldValidUntil: Date | null }> {
  requirePermission(ctx, "secret:manage");
  const { secret, row } = newSigningSecret(ctx);
  const now = ctx.now();
  const until = new Date(now.getTime() + graceMs[input.grace]);
  await ctx.db.$transaction(async (tx) => {
    const before = await lockAction(ctx, tx, input.actionId);
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
    await audit(ctx, tx, {
      action: "action.rotate_secret",
      targetId: before.id,
      summary: `Rotated the signing secret of the action "${before.name}"; the old one signs along for ${input.grace}.`,
    });
  });
  ctx.live.touch(ctx.projectId, "actions");
  return { secret, oldValidUntil: input.grace === "0" ? null : until };
}
