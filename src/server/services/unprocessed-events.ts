import type { ServiceContext } from "@/server/context";
import { findHandledEvents } from "./action-creation/lock-rows";
import type { BatchEvent } from "./batch-event";
import { storeRejectedEvents } from "./action-creation/store-rejected-events";
import type { RefusedEvent } from "./read-stamped-event";

/**
 * Stores refused events as rejected events, each once. `readStampedEvent` refuses an event for its stamp, its missing
 * project or its format version. A stamp may also carry the refusal of the event endpoint.
 */
export async function storeRefusedEventsAsRejected(
  ctx: ServiceContext,
  refused: readonly RefusedEvent[],
): Promise<void> {
  for (const projectId of new Set(refused.map((event) => event.projectId))) {
    const ofProject = refused.filter((event) => event.projectId === projectId);
    await storeRejectedEvents(ctx, projectId, ofProject);
  }
}

/**
 * Stores events as rejected events after all tries to process them failed, so that members of the project see them.
 * Events that one of the tries did process are left out.
 * @returns the number of events that no try processed
 */
export async function storeUnprocessedEventsAsRejected(
  ctx: ServiceContext,
  input: { projectId: string; events: readonly BatchEvent[]; reason: string },
): Promise<number> {
  const { projectId, events, reason } = input;
  const applied = await findHandledEvents(
    ctx.db,
    projectId,
    events.map(({ id }) => id),
  );
  const lost = events.filter(({ id }) => !applied.has(id));
  if (lost.length > 0)
    ctx.log.error({ projectId, events: lost.length, reason }, "events were rejected after all tries");
  await storeRejectedEvents(
    ctx,
    projectId,
    lost.map((event) => ({ event, reason })),
  );
  return lost.length;
}
