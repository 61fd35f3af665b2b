import type { EventSource } from "@/domain/event-source/event-source";
import { stringifyJson } from "@/domain/json/long-number";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ParsedEvent, StoredSubject } from "./types";

/**
 * Thrown if another transaction has just stored the same source id for a different trace. `createExecutions` runs its
 * part of the batch again, which then makes a unique id.
 */
export class SourceIdOfOtherTraceError extends Error {}

/**
 * Replaces the source id of an event if the id already belongs to a different trace, in the database or the batch. Span
 * ids are unique only inside their trace. It queries nothing if the event source has unique ids.
 */
export async function replaceSourceIdsOfOtherTraces(
  tx: DatabaseOrTransaction,
  { projectId, source, events }: { projectId: string; source: EventSource; events: readonly ParsedEvent[] },
): Promise<readonly ParsedEvent[]> {
  // An event that only adds trace attributes has its stored subject's id already.
  const places = events.map(({ payload, isFill }) => (isFill ? null : (source.qualifyIdByTrace?.(payload) ?? null)));
  const ids = events.filter((_, index) => places[index]).map(({ sourceId }) => sourceId);
  if (ids.length === 0) return events;
  const rows = await tx.$queryRaw<{ id: string; traceId: string | null }[]>`
    SELECT id, trace_id AS "traceId" FROM observation
    WHERE project_id = ${projectId} AND event_source = ${source.name} AND id = ANY(${[...new Set(ids)]}::text[])`;
  const traces = new Map(rows.map(({ id, traceId }) => [id, traceId]));
  return events.map((event, index) => {
    const place = places[index];
    if (!place) return event;
    const known = traces.get(event.sourceId) ?? place.traceId;
    traces.set(event.sourceId, known);
    if (known === place.traceId) return event;
    const payload: unknown = place.unique();
    return { ...event, payload, state: stringifyJson(payload), sourceId: source.sourceId(payload) };
  });
}

/** @throws SourceIdOfOtherTraceError if a stored subject belongs to another trace than its event */
export function requireSubjectsOfSameTraces(
  source: EventSource,
  events: readonly ParsedEvent[],
  stored: ReadonlyMap<string, StoredSubject>,
): void {
  for (const { payload, sourceId, isFill } of events) {
    const known = isFill ? null : stored.get(sourceId)?.traceId;
    const traceId = known && source.qualifyIdByTrace?.(payload)?.traceId;
    if (traceId && known !== traceId) throw new SourceIdOfOtherTraceError(`${sourceId} belongs to another trace`);
  }
}
