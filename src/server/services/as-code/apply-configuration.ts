import type { ShadowInput } from "@/domain/shadow";
import { parseUrl } from "@/domain/parse-url";
import type { ProjectContext } from "@/server/context";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { createAction } from "../actions/create-action";
import { removeAction } from "../actions/remove-action";
import { updateAction } from "../actions/update-action";
import { deleteShadow } from "../shadows/end-shadow";
import { startShadow } from "../shadows/start-shadow";
import { createTrigger } from "../triggers/create-trigger";
import { removeTrigger } from "../triggers/remove-trigger";
import { updateTrigger } from "../triggers/update-trigger";
import { listExemptWebhookHosts } from "../webhook-url";
import {
  findConfigurationChanges,
  type ActionChange,
  type ConfigurationChanges,
  type FindConfigurationChangesInput,
} from "./find-configuration-changes";
import { makeTransactionContext } from "../make-transaction-context";
import { toPulledConfiguration, type PulledConfiguration } from "./pull-configuration";
import { APPLIED_VERSION_SUMMARY, readCurrentConfiguration, type CurrentConfiguration } from "./current-configuration";

export type ApplyConfigurationInput = FindConfigurationChangesInput & {
  /** whether to overwrite changes that somebody made in the browser or by the API */
  force: boolean;
};

export type AppliedConfiguration = {
  created: number;
  updated: number;
  deleted: number;
  /** the signing secrets of new actions, by the key of the action; only this answer shows the secrets */
  signingSecrets: Record<string, string>;
  /** the project's triggers and actions after the change, as files */
  configuration: PulledConfiguration;
};

/**
 * Changes the triggers and actions of a project so that they equal the given files. Triggers and actions that the files
 * lack are deleted only if `prune` is set. If one change fails, no change is made.
 * @throws AppError CONFLICT if somebody changed a trigger or an action outside the files, unless `force` is set;
 * BAD_REQUEST with a field for each problem
 */
export async function applyConfiguration(
  ctx: ProjectContext,
  input: ApplyConfigurationInput,
): Promise<AppliedConfiguration> {
  requirePermission(ctx, "trigger:write");
  requirePermission(ctx, "action:write");
  const verdicts = await checkUrls(ctx, findConfigurationChanges(ctx, await readCurrentConfiguration(ctx), input));
  const { result, afterCommit } = await ctx.db.$transaction(async (tx) => {
    /*
     * The lock on the project's row makes applies of one project wait for each other, because each compares its files
     * with the stored state.
     */
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

/**
 * Asks the guard whether webhooks may call the URLs of new and changed actions. This happens before the transaction
 * begins, because DNS answers may be slow.
 */
async function checkUrls(ctx: ProjectContext, { actions }: ConfigurationChanges) {
  const urls = actions.filter(isWritten).flatMap(({ input }) => {
    const url = input?.configuration.url;
    return typeof url === "string" && parseUrl(url) ? [url] : [];
  });
  const allowedHosts = await listExemptWebhookHosts(ctx);
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

/**
 * Waits for a change. If the change fails, each field name in its error gets the position in the files as a prefix,
 * such as `actions.jira`.
 */
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

/** Gives a trigger the shadow that its file names. Removes the trigger's shadow if the file names none. */
async function setShadow(ctx: ProjectContext, triggerId: string, shadow: ShadowInput | null): Promise<void> {
  const { version } = await ctx.db.triggerConfiguration.findUniqueOrThrow({
    where: { id: triggerId },
    select: { version: true },
  });
  if (shadow) await startShadow(ctx, { triggerId, version, shadow });
  else await deleteShadow(ctx, { triggerId, version });
}

/** Marks the triggers of the files as managed, so that people can only read them in the browser. */
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

/**
 * Marks the newest version of a trigger or an action as made by files. A later change outside the files makes a version
 * without this mark.
 */
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
