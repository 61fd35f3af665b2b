import { TriggerInput } from "@/domain/trigger";
import type { DatabaseOrTransaction } from "@/server/db/client";
import {
  cachedActionSelect,
  compileStoredFilter,
  toCachedAction,
  type CachedTrigger,
} from "../matching/cached-trigger";

/**
 * Loads a stored version of a trigger for a backfill, with its actions as they are now. Deleted actions are left out.
 * Null if the trigger was deleted, or if the version is not stored any more or unreadable.
 */
export async function loadTriggerVersion(
  tx: DatabaseOrTransaction,
  { projectId, triggerId, version }: { projectId: string; triggerId: string; version: number },
): Promise<CachedTrigger | null> {
  const trigger = await tx.triggerConfiguration.findFirst({
    where: { id: triggerId, projectId, deletedAt: null },
    select: { name: true },
  });
  const row = await tx.configurationVersion.findFirst({
    where: { projectId, kind: "trigger", targetId: triggerId, version },
    select: { snapshot: true },
  });
  const input = TriggerInput.safeParse(row?.snapshot);
  if (!trigger || !input.success) return null;
  const { filter, eventSource, actionIds, samplingRate, samplingBy, delaySeconds, delayMode, capPerHour } = input.data;
  const actions = await tx.actionConfiguration.findMany({
    where: { id: { in: actionIds }, projectId, deletedAt: null },
    select: cachedActionSelect,
  });
  const order = new Map(actionIds.map((id, position) => [id, position]));
  return {
    id: triggerId,
    name: trigger.name,
    version,
    samplingRate,
    samplingBy,
    delaySeconds,
    delayMode,
    capPerHour,
    ...compileStoredFilter(eventSource, filter),
    actions: actions.sort((a, b) => order.get(a.id)! - order.get(b.id)!).map(toCachedAction),
    shadow: null,
  };
}
