import { z } from "zod";
import { TriggerInput } from "@/domain/trigger";
import { getActionType } from "@/domain/action/registry";
import type { ProjectContext } from "@/server/context";
import { AppError, notFoundError } from "@/server/errors";
import { requirePermission } from "./access";
import { ActionInput } from "./actions/action-input";
import { updateAction } from "./actions/update-action";
import { updateTrigger } from "./triggers/update-trigger";
import { isJsonObject } from "@/domain/json/json-kinds";

export type RestoreVersionInput = {
  kind: "trigger" | "action";
  targetId: string;
  version: number;
  /** the version that the page showed */ currentVersion: number;
};

/** The restored version. `warning` is a doubt about the action's URL; null without one. */
type Restored = { version: number; warning: string | null };

/**
 * Restores a version. It is a change like any other: checked, audited, and stored as the newest version. The trigger or
 * action stays on or off. A version holds no signing secret and no secret header, so an action keeps its own for the
 * same host.
 * @throws AppError CONFLICT if somebody else has changed it since; BAD_REQUEST if the version does not fit any more
 */
export async function restoreVersion(ctx: ProjectContext, input: RestoreVersionInput): Promise<Restored> {
  requirePermission(ctx, input.kind === "trigger" ? "trigger:write" : "action:write");
  const row = await ctx.db.configurationVersion.findFirst({
    where: { projectId: ctx.projectId, kind: input.kind, targetId: input.targetId, version: input.version },
    select: { snapshot: true },
  });
  if (!row) throw notFoundError("version");
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
  if (!now) throw notFoundError("trigger");
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

/** Makes a form's input from a snapshot. The action type does this. */
function inputOf(ctx: ProjectContext, snapshot: unknown): unknown {
  const kept = KeptAction.safeParse(snapshot);
  const type = kept.success ? getActionType(kept.data.type) : null;
  if (!kept.success || !type) return snapshot;
  return { ...kept.data, configuration: type.restore(kept.data.configuration, ctx.cipher.decrypt) };
}
