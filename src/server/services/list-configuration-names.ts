import type { ProjectContext } from "@/server/context";
import { requirePermission } from "./access";
import { loadConfigurationNames, type NamedConfiguration } from "./configuration-names";

/** Returns the names of triggers and actions by their ids. */
export async function listConfigurationNames(
  ctx: ProjectContext,
  ids: { triggerIds: readonly string[]; actionIds: readonly string[] },
): Promise<NamedConfiguration[]> {
  requirePermission(ctx, "project:read");
  const names = await loadConfigurationNames(ctx, ids);
  return [...ids.triggerIds.map(names.trigger), ...ids.actionIds.map(names.action)];
}
