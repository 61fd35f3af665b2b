import type { ProjectContext } from "@/server/context";
import { requirePermission } from "./access";
import { loadTriggerAndActionNames, type NamedTriggerOrAction } from "./load-trigger-and-action-names";

/** Returns the names of triggers and actions with these ids, triggers first. Deleted ones are included. */
export async function listTriggerAndActionNames(
  ctx: ProjectContext,
  ids: { triggerIds: readonly string[]; actionIds: readonly string[] },
): Promise<NamedTriggerOrAction[]> {
  requirePermission(ctx, "project:read");
  const names = await loadTriggerAndActionNames(ctx, ids);
  return [...ids.triggerIds.map(names.trigger), ...ids.actionIds.map(names.action)];
}
