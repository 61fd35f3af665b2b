import { stringifyJson } from "@/domain/json/long-number";
import type { ServiceContext } from "@/server/context";
import { newId } from "@/server/ids";
import type { EventToReject } from "./types";
import { EVENT_DATA_VERSION, type BatchEvent } from "../batch-event";

/** The most bytes of a rejected event's data that are stored. */
const REJECTED_BODY_MAX = 64 * 1024;

/** Stores rejected events for the project's admins, each once. */
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

/** Returns the data as the sender sent it: without the project and the usual version, which the endpoint adds. */
function asSent(data: BatchEvent["data"]): unknown {
  if (typeof data !== "object" || data === null) return data;
  const { projectId: _projectId, v, ...sent } = data as Record<string, unknown>;
  return v === undefined || v === EVENT_DATA_VERSION ? sent : { ...sent, v };
}
