import type { FunctionDependencies } from "@/server/inngest/dependencies";
import { receiptMicros } from "@/server/receipt";
import type { BatchEvent, RejectedItem } from "@/server/services/action-creation/types";
import { openEvent } from "@/server/services/events";

export type IncomingEvent = { id?: string | undefined; name: string; data: unknown; ts?: number | undefined };
export type EventGroup = { projectId: string; eventSource: string; events: BatchEvent[] };

/**
 * Reads the stamps of a batch and groups it by project and event source: without the batch's key on some server, a batch
 * may mix them. `rejected`: events that name no project which can be trusted.
 */
export function openBatch(
  { ctx, stampKey, trustEvents }: FunctionDependencies,
  events: readonly IncomingEvent[],
): { groups: EventGroup[]; rejected: RejectedItem[] } {
  const groups = new Map<string, EventGroup>();
  const rejected: RejectedItem[] = [];
  const receivedMicros = receiptMicros();
  for (const [place, { id = "", name, data, ts = ctx.now().getTime() }] of events.entries()) {
    const opened = openEvent({
      id,
      name,
      ts,
      data: (data ?? {}) as Record<string, unknown>,
      stampKey,
      trustEvents,
      batch: { receivedMicros, place },
    });
    if (!opened.ok) {
      rejected.push({ event: opened.event, reason: opened.reason });
      continue;
    }
    const key = `${opened.projectId}\n${name}`;
    const group = groups.get(key) ?? { projectId: opened.projectId, eventSource: name, events: [] };
    group.events.push(opened.event);
    groups.set(key, group);
  }
  return { groups: [...groups.values()], rejected };
}
