import type { ShadowInput } from "@/domain/shadow";
import { parseUrl } from "@/domain/parse-url";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { createAction } from "../actions/create-action";
import { removeAction } from "../actions/remove-action";
import { updateAction } from "../actions/update-action";
import { dropShadow } from "../shadows/end-shadow";
import { startShadow } from "../shadows/start-shadow";
import { createTrigger } from "../triggers/create-trigger";
import { removeTrigger } from "../triggers/remove-trigger";
import { updateTrigger } from "../triggers/update-trigger";
import { allowedHostsOf } from "../webhook-url";
import {
  findConfigurationChanges,
  type ActionChange,
  type ConfigurationChanges,
  type FindConfigurationChangesInput,
} from "./find-configuration-changes";
import { makeTransactionContext } from "./make-transaction-context";
import { toPulledConfiguration, type PulledConfiguration } from "./pull-configuration";
import { APPLIED_VERSION_SUMMARY, readCurrentConfiguration, type CurrentConfiguration } from "./current-configuration";

export type ApplyConfigurationInput = FindConfigurationChangesInput & {
  /** whether to overwrite changes that were made outside the files */
  force: boolean;
};

export type AppliedConfiguration = {
  created: number;
  updated: number;
  deleted: number;
  /** the signing secrets of new actions, by the action's key; only this answer shows them */
  signingSecrets: Record<string, string>;
  /** the configuration that is stored after the change */
  configuration: PulledConfiguration;
};

/**
 * Changes a project so that it equals its files, completely or not at all.
 * @throws AppError CONFLICT if something was changed outside the files; BAD_REQUEST with a field for each problem
 */
export async function applyConfiguration(
  ctx: ProjectContext,
  input: ApplyConfigurationInput,
): Promise<AppliedConfiguration> {
  requirePermission(ctx, "trigger:write");
  requirePermission(ctx, "action:write");
  const verdicts = await checkUrls(ctx, findConfigurationChanges(ctx, await readCurrentConfiguration(ctx), input));
  const { result, afterCommit } = await ctx.db.$transaction(async (tx) => {
    // The lock lets one apply run at a time, because two would read the same state.
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${ctx.projectId} FOR NO KEY UPDATE`;
    const inside = makeTransactionContext(ctx, tx, verdicts);
    const changes = findConfigurationChanges(inside.ctx, await readCurrentConfiguration(inside.ctx), input);
    if (!input.force) refuseConflicts(changes);
    const result = await applyChanges(inside.ctx, changes);
    return { result, afterCommit: inside.afterCommit };
  });
  await afterCommit();
  return result;
}

/** Asks the guard about each new URL before the transaction begins, because DNS must not be asked inside it. */
async function checkUrls(ctx: ProjectContext, { actions }: ConfigurationChanges) {
  const urls = actions.filter(isWritten).flatMap(({ input }) => {
    const url = input?.configuration.url;
    return typeof url === "string" && parseUrl(url) ? [url] : [];
  });
  const allowedHosts = await allowedHostsOf(ctx);
  const options = { allowedHosts, projectId: ctx.projectId };
  return new Map(
    await Promise.all([...new Set(urls)].map(async (url) => [url, await ctx.http.check(url, options)] as const)),
  );
}

const isWritten = ({ change }: { change: ActionChange["change"] }): boolean =>
  change === "create" || change === "update";

function refuseConflicts({ triggers, actions }: ConfigurationChanges): void {
  const found = [
    ...triggers.map((change) => ({ ...change, kind: "triggers" })),
    ...actions.map((change) => ({ ...change, kind: "actions" })),
  ].filter(({ conflict }) => conflict !== null);
  const [first] = found;
  if (!first) return;
  const fields = Object.fromEntries(found.map(({ kind, key, conflict }) => [`${kind}.${key}`, conflict!]));
  throw new AppError("CONFLICT", `Nothing was applied. ${first.kind}.${first.key}: ${first.conflict}`, { fields });
}

async function applyChanges(
  ctx: ProjectContext,
  { triggers, actions }: ConfigurationChanges,
): Promise<AppliedConfiguration> {
  const counts = { created: 0, updated: 0, deleted: 0 };
  const signingSecrets: Record<string, string> = {};
  const actionIds = new Map(actions.flatMap(({ key, before }) => (before ? [[key, before.id] as const] : [])));
  for (const { change, key, input, before } of actions) {
    if (input === null) continue;
    if (change === "create") {
      const { id, secret } = await at(`actions.${key}`, createAction(ctx, input));
      actionIds.set(key, id);
      if (secret !== null) signingSecrets[key] = secret;
      await markApplied(ctx, id);
      counts.created += 1;
    } else if (change === "update" && before) {
      const { id, version } = before;
      await at(`actions.${key}`, updateAction(ctx, { actionId: id, version, action: input }));
      await markApplied(ctx, id);
      counts.updated += 1;
    }
  }
  for (const { change, key, input, before, actionKeys, fields, shadow } of triggers) {
    const trigger = input?.(actionKeys.map((action) => actionIds.get(action) ?? ""));
    if (change === "create" && trigger) {
      const { id } = await at(`triggers.${key}`, createTrigger(ctx, trigger));
      if (shadow) await at(`triggers.${key}`, setShadow(ctx, id, shadow));
      await markApplied(ctx, id);
      counts.created += 1;
    } else if (change === "update" && before && trigger) {
      const { id, version } = before;
      await at(`triggers.${key}`, updateTrigger(ctx, { triggerId: id, version, trigger }));
      if (fields.some(({ field }) => field === "shadow")) await at(`triggers.${key}`, setShadow(ctx, id, shadow));
      await markApplied(ctx, id);
      counts.updated += 1;
    } else if (change === "delete" && before) {
      await removeTrigger(ctx, { triggerId: before.id });
      counts.deleted += 1;
    }
  }
  for (const { change, before } of actions) {
    if (change !== "delete" || !before) continue;
    await removeAction(ctx, { actionId: before.id });
    counts.deleted += 1;
  }
  const current = await readCurrentConfiguration(ctx);
  await markManaged(ctx, current, triggers);
  return { ...counts, signingSecrets, configuration: toPulledConfiguration(current) };
}

/** Puts the position in the files before each field name of an error. */
async function at<T>(place: string, done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const fields = Object.entries(error.fields ?? { "": error.message }).map(([field, message]) => [
      field === "" ? place : `${place}.${field}`,
      message,
    ]);
    throw new AppError(error.code, `Nothing was applied. ${place}: ${error.message}`, {
      fields: Object.fromEntries(fields) as Record<string, string>,
    });
  }
}

/** Gives a trigger the shadow of its file, or removes its shadow. */
async function setShadow(ctx: ProjectContext, triggerId: string, shadow: ShadowInput | null): Promise<void> {
  const { version } = await ctx.db.triggerConfiguration.findUniqueOrThrow({
    where: { id: triggerId },
    select: { version: true },
  });
  if (shadow) await startShadow(ctx, { triggerId, version, shadow });
  else await dropShadow(ctx, { triggerId, version });
}

/** Makes the triggers of the files read-only for people in the browser. */
async function markManaged(
  { db }: ProjectContext,
  current: CurrentConfiguration,
  changes: ConfigurationChanges["triggers"],
): Promise<void> {
  const keys = new Set(changes.filter(({ input }) => input !== null).map(({ key }) => key));
  const ids = current.triggers.filter(({ key }) => keys.has(key)).map(({ id }) => id);
  await db.triggerConfiguration.updateMany({
    where: { id: { in: ids }, OR: [{ management: null }, { management: "unlocked" }] },
    data: { management: "managed" },
  });
}

/** Marks the newest version as made by the files. A later change makes a version without this mark. */
async function markApplied({ db }: ProjectContext, targetId: string): Promise<void> {
  const newest = await db.configurationVersion.findFirstOrThrow({
    where: { targetId },
    orderBy: { version: "desc" },
    select: { id: true },
  });
  await db.configurationVersion.update({
    where: { id: newest.id },
    data: { summary: APPLIED_VERSION_SUMMARY },
    select: { id: true },
  });
}
