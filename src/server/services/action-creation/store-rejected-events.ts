import { stringifyJson } from "@/domain/json/long-number";
import type { ServiceContext } from "@/server/context";
import { newId } from "@/server/ids";
import type { EventToReject } from "./types";
import { EVENT_DATA_VERSION, type BatchEvent } from "../batch-event";

/** At most this many characters of a rejected event's data are stored. */
const REJECTED_BODY_MAX = 64 * 1024;

/**
 * Stores events that could not be processed, with the reason, so that members of the project see them. A repeated event
 * is stored only once.
 */
export async function storeRejectedEvents(
  ctx: ServiceContext,
  projectId: string | null,
  rejected: readonly EventToReject[],
): Promise<void> {
  if (rejected.length === 0) return;
  const receivedAt = ctx.now();
  const { count } = await ctx.db.rejectedEvent.createMany({
    data: rejected.map(({ event, reason }) => ({
      id: newId("evt"),
      eventId: event.id,
      projectId,
      name: event.name,
      keyId: event.keyId,
      reason: reason.slice(0, 2_000),
      body: stringifyJson(asSent(event.data)).slice(0, REJECTED_BODY_MAX),
      receivedAt,
    })),
    skipDuplicates: true,
  });
  ctx.metrics.eventsRejected(count);
}

/** Removes from an event's data what the event endpoint added: the project, and the current format version. */
function asSent(data: BatchEvent["data"]): unknown {
  if (typeof data !== "object" || data === null) return data;
  const { projectId: _projectId, v, ...sent } = data as Record<string, unknown>;
  return v === undefined || v === EVENT_DATA_VERSION ? sent : { ...sent, v };
}
