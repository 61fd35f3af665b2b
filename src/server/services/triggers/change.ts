import { personIdOf } from "@/domain/actor";
import { regexesIn } from "@/domain/filter/schema";
import type { TriggerInput } from "@/domain/trigger";
import { type Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";
import { newId } from "@/server/ids";
import { requirePermission } from "../access";
import { audit } from "../audit";
import { requestEnding, startEnding } from "../jobs/end-waiting";
import { requireFreeKey } from "../configuration-key";
import { requireRegexRoom, requireRoom } from "../project-limits";
import { restartShadow } from "./restart-shadow";
import { checkTrigger } from "./check";
import { keepVersion, lockTrigger, requireVersion } from "./lock-trigger";
import { isReader, refuseManaged } from "./management";

const columnsOf = ({ actionIds: _actionIds, key, filter, ...rest }: TriggerInput) => ({
  ...rest,
  ...(key === undefined ? {} : { key }),
  filter: filter as unknown as Prisma.InputJsonObject,
});
const positions = (actionIds: readonly string[]) => actionIds.map((actionId, position) => ({ actionId, position }));

export async function createTrigger(ctx: ProjectContext, input: TriggerInput): Promise<{ id: string }> {
  requirePermission(ctx, "trigger:write");
  const id = newId("trg");
  const now = ctx.now();
  await ctx.db.$transaction(async (tx) => {
    await checkTrigger(ctx, tx, input);
    await requireRoom(ctx, tx, "triggers");
    await requireFreeKey(ctx, tx, { kind: "trigger", id: null, key: input.key });
    await requireRegexRoom(ctx, tx, { sources: regexesIn(input.filter) });
    await tx.triggerConfiguration.create({
      data: {
        id,
        projectId: ctx.projectId,
        ...columnsOf(input),
        createdById: personIdOf(ctx.actor),
        createdAt: now,
        actions: { create: positions(input.actionIds) },
      },
      select: { id: true },
    });
    await audit(ctx, tx, { action: "trigger.create", targetId: id, summary: `Created the trigger "${input.name}".` });
    await keepVersion(ctx, tx, { triggerId: id, summary: "Created." });
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id };
}

/**
 * Changes a trigger.
 * @param input version: the version that the form was filled from
 * @throws AppError CONFLICT if somebody else has changed the trigger since
 */
export async function updateTrigger(
  ctx: ProjectContext,
  input: { triggerId: string; version: number; trigger: TriggerInput },
): Promise<{ id: string; version: number }> {
  requirePermission(ctx, "trigger:write");
  const { triggerId: id, trigger } = input;
  const version = await ctx.db.$transaction(async (tx) => {
    const before = await lockTrigger(ctx, tx, { triggerId: id });
    refuseManaged(ctx, before);
    requireVersion(before, input.version);
    await checkTrigger(ctx, tx, trigger);
    await requireFreeKey(ctx, tx, { kind: "trigger", id, key: trigger.key });
    await requireRegexRoom(ctx, tx, { sources: regexesIn(trigger.filter), triggerId: id });
    await tx.triggerAction.deleteMany({ where: { triggerId: id } });
    await tx.triggerConfiguration.update({
      where: { id },
      data: { ...columnsOf(trigger), version: before.version + 1, actions: { create: positions(trigger.actionIds) } },
      select: { id: true },
    });
    await restartShadow(tx, { before, after: trigger, now: ctx.now() });
    await audit(ctx, tx, {
      action: "trigger.update",
      targetId: id,
      summary: `Changed the trigger "${trigger.name}" (version ${before.version + 1}).`,
    });
    await keepVersion(ctx, tx, { triggerId: id, summary: "Changed." });
    return before.version + 1;
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id, version };
}

/** Switches a trigger on or off. Its existing executions are not affected. */
export async function setTriggerEnabled(
  ctx: ProjectContext,
  input: { triggerId: string; enabled: boolean },
): Promise<{ id: string; status: "ACTIVE" | "DISABLED"; version: number }> {
  requirePermission(ctx, "trigger:write");
  const status = input.enabled ? ("ACTIVE" as const) : ("DISABLED" as const);
  const row = await ctx.db.$transaction(async (tx) => {
    const before = await lockTrigger(ctx, tx, { triggerId: input.triggerId });
    if (before.status === status) return before;
    refuseManaged(ctx, before);
    const data = { status, version: before.version + 1 };
    await audit(ctx, tx, {
      action: input.enabled ? "trigger.enable" : "trigger.disable",
      targetId: before.id,
      summary: `Switched the trigger "${before.name}" ${input.enabled ? "on" : "off"}.`,
    });
    const after = await tx.triggerConfiguration.update({
      where: { id: before.id },
      data,
      select: { id: true, status: true, version: true },
    });
    await keepVersion(ctx, tx, { triggerId: before.id, summary: input.enabled ? "Switched on." : "Switched off." });
    return after;
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id: row.id, status: row.status, version: row.version };
}

/**
 * Switches several triggers on or off, each in its own transaction. It skips a trigger that was deleted in the
 * meantime.
 * @returns changed: the triggers whose state this changed; managed: triggers that were left out because files manage
 * them
 */
export async function setTriggersEnabled(
  ctx: ProjectContext,
  input: { triggerIds: readonly string[]; enabled: boolean },
): Promise<{ changed: string[]; managed: string[] }> {
  requirePermission(ctx, "trigger:write");
  const rows = await ctx.db.triggerConfiguration.findMany({
    where: {
      id: { in: [...input.triggerIds] },
      projectId: ctx.projectId,
      deletedAt: null,
      status: input.enabled ? "DISABLED" : "ACTIVE",
    },
    select: { id: true, management: true },
  });
  const isManaged = ({ management }: (typeof rows)[number]): boolean => management === "managed" && isReader(ctx);
  const changed = rows.filter((row) => !isManaged(row)).map(({ id }) => id);
  for (const triggerId of changed) await setTriggerEnabled(ctx, { triggerId, enabled: input.enabled });
  return { changed, managed: rows.filter(isManaged).map(({ id }) => id) };
}

/** Copies a trigger. The copy is off, so that no event fires twice before somebody has checked it. */
export async function duplicateTrigger(ctx: ProjectContext, input: { triggerId: string }): Promise<{ id: string }> {
  requirePermission(ctx, "trigger:write");
  const id = newId("trg");
  const now = ctx.now();
  await ctx.db.$transaction(async (tx) => {
    await requireRoom(ctx, tx, "triggers");
    const before = await lockTrigger(ctx, tx, { triggerId: input.triggerId });
    const {
      id: _id,
      version: _version,
      actions,
      name,
      filter,
      shadow: _shadow,
      management: _management,
      ...rest
    } = before;
    await tx.triggerConfiguration.create({
      data: {
        ...rest,
        id,
        projectId: ctx.projectId,
        name: copyName(name),
        filter: filter as Prisma.InputJsonObject,
        status: "DISABLED",
        createdById: personIdOf(ctx.actor),
        createdAt: now,
        actions: { create: positions(actions.map((action) => action.actionId)) },
      },
      select: { id: true },
    });
    await audit(ctx, tx, { action: "trigger.duplicate", targetId: id, summary: `Copied the trigger "${name}".` });
    await keepVersion(ctx, tx, { triggerId: id, summary: `Copied from "${name}".` });
  });
  ctx.live.touch(ctx.projectId, "triggers");
  return { id };
}

/** Makes the name of a copy: "Errors (copy)" for "Errors", within the 100 characters of a name. */
export const copyName = (name: string): string => `${name.slice(0, 93)} (copy)`;

/**
 * Deletes a trigger. Its history stays. The deletion counts at once. A job then cancels the waiting executions.
 * `cancelled` is their number, counted up to 100,000.
 */
export async function removeTrigger(
  ctx: ProjectContext,
  input: { triggerId: string },
): Promise<{ id: string; cancelled: number }> {
  requirePermission(ctx, "trigger:write");
  const { id, ending } = await ctx.db.$transaction(async (tx) => {
    const before = await lockTrigger(ctx, tx, { triggerId: input.triggerId });
    refuseManaged(ctx, before);
    const now = ctx.now();
    await tx.triggerShadow.deleteMany({ where: { triggerId: before.id } });
    await tx.triggerConfiguration.update({
      where: { id: before.id },
      data: { deletedAt: now, status: "DISABLED", version: before.version + 1 },
      select: { id: true },
    });
    const ending = await startEnding(ctx, tx, { of: "trigger", id: before.id, why: "deleted", at: now });
    await audit(ctx, tx, {
      action: "trigger.delete",
      targetId: before.id,
      summary: `Deleted the trigger "${before.name}" with ${ending.waiting} waiting executions.`,
    });
    await keepVersion(ctx, tx, { triggerId: before.id, summary: "Deleted." });
    return { id: before.id, ending };
  });
  await requestEnding(ctx, [ending.job]);
  ctx.live.touch(ctx.projectId, "triggers");
  ctx.live.touch(ctx.projectId, "executions");
  return { id, cancelled: ending.waiting };
}
