import { z } from "zod";
import { TriggerInput } from "@/domain/trigger";
import { getActionType } from "@/domain/action/registry";
import type { ProjectContext } from "@/server/context";
import { AppError, makeNotFoundError } from "@/server/errors";
import { requirePermission } from "./access";
import { ActionInput } from "./actions/action-input";
import { updateAction } from "./actions/update-action";
import { updateTrigger } from "./triggers/update-trigger";
import { isJsonObject } from "@/domain/json/json-kinds";

export type RestoreVersionInput = {
  kind: "trigger" | "action";
  targetId: string;
  version: number;
  /** the version that the trigger or action had when the person decided to restore, to detect changes by others */
  currentVersion: number;
};

/** The new version that the restore made. `warning` tells about a doubtful URL of the action; null without a doubt. */
type Restored = { version: number; warning: string | null };

/**
 * Changes a trigger or an action back to the content of an earlier version. The change is checked and audited like any
 * other, and makes a new version. Whether the trigger or action is on stays unchanged. Versions hold no secret headers,
 * so an action keeps its present ones if the URL's scheme, host and port are the same.
 * @throws AppError CONFLICT if the trigger or action is no longer at `currentVersion`; BAD_REQUEST if the old content
 * is not valid any more
 */
export async function restoreConfigurationVersion(ctx: ProjectContext, input: RestoreVersionInput): Promise<Restored> {
  requirePermission(ctx, input.kind === "trigger" ? "trigger:write" : "action:write");
  const row = await ctx.db.configurationVersion.findFirst({
    where: { projectId: ctx.projectId, kind: input.kind, targetId: input.targetId, version: input.version },
    select: { snapshot: true },
  });
  if (!row) throw makeNotFoundError("version");
  return input.kind === "trigger" ? restoreTrigger(ctx, input, row.snapshot) : restoreAction(ctx, input, row.snapshot);
}

async function restoreTrigger(
  ctx: ProjectContext,
  { targetId, currentVersion }: RestoreVersionInput,
  snapshot: unknown,
): Promise<Restored> {
  const now = await ctx.db.triggerConfiguration.findFirst({
    where: { id: targetId, projectId: ctx.projectId, deletedAt: null },
    select: { status: true },
  });
  if (!now) throw makeNotFoundError("trigger");
  const parsed = TriggerInput.safeParse({ ...(isJsonObject(snapshot) ? snapshot : {}), status: now.status });
  if (!parsed.success)
    throw new AppError(
      "BAD_REQUEST",
      `This version does not fit any more: ${parsed.error.issues[0]?.message ?? "it cannot be read"}`,
    );
  const { version } = await updateTrigger(ctx, { triggerId: targetId, version: currentVersion, trigger: parsed.data });
  return { version, warning: null };
}

async function restoreAction(
  ctx: ProjectContext,
  { targetId, currentVersion }: RestoreVersionInput,
  snapshot: unknown,
): Promise<Restored> {
  const parsed = ActionInput.safeParse(inputOf(ctx, snapshot));
  if (!parsed.success) throw new AppError("BAD_REQUEST", "This version does not fit any more.");
  const { version, warning } = await updateAction(ctx, {
    actionId: targetId,
    version: currentVersion,
    action: parsed.data,
  });
  return { version, warning };
}

const KeptAction = z.looseObject({ type: z.string(), configuration: z.record(z.string(), z.unknown()) });

/** Turns the stored content of an action's version into the input of the action form, by its action type. */
function inputOf(ctx: ProjectContext, snapshot: unknown): unknown {
  const kept = KeptAction.safeParse(snapshot);
  const type = kept.success ? getActionType(kept.data.type) : null;
  if (!kept.success || !type) return snapshot;
  return { ...kept.data, configuration: type.restore(kept.data.configuration, ctx.cipher.decrypt) };
}
