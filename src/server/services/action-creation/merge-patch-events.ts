import type { EventSource } from "@/domain/event-source/event-source";
import { parseJson } from "@/domain/json/read-json";
import { stringifyJson } from "@/domain/json/long-number";
import { isOlderThanStored } from "./event-order";
import type { ParsedEvent, StoredSubject } from "./types";

/**
 * Turns patch events, which bring only some fields, into events with a whole state. A patch is merged into the state
 * before it, from the batch or the database. Other events stay unchanged.
 * @param events events in the order in which they take effect
 * @param stored the stored subjects that the transaction has locked; empty before any is locked
 */
export function mergePatchEvents(
  source: EventSource,
  events: readonly ParsedEvent[],
  stored: ReadonlyMap<string, StoredSubject>,
): readonly ParsedEvent[] {
  if (events.every(({ patch }) => patch === undefined)) return events;
  const latest = new Map<string, unknown>();
  return events.map((event) => {
    const row = stored.get(event.sourceId);
    const isIgnored =
      event.patch === undefined && !latest.has(event.sourceId) && row && isOlderThanStored(event, row, source);
    if (isIgnored) return event;
    const before = latest.get(event.sourceId) ?? (row?.state ? source.payload.parse(parseJson(row.state)) : null);
    const made = event.patch === undefined ? event : merged(source, event, { before, row });
    latest.set(event.sourceId, made.payload);
    return made;
  });
}

/**
 * Merges one patch into the state before it. An older patch may still fill fields that the state lacks. The merged
 * event takes the later times, because an older event would not replace the state.
 */
function merged(
  source: EventSource,
  event: ParsedEvent,
  { before, row }: { before: unknown; row: StoredSubject | undefined },
): ParsedEvent {
  const payload: unknown = source.applyPatch!(before, event.patch);
  return {
    ...event,
    payload,
    state: stringifyJson(payload),
    orderAt: Math.max(source.updatedAt(payload)?.getTime() ?? 0, row?.orderAt ?? 0),
    ts: Math.max(event.ts, row?.orderTs ?? 0),
    receivedMicros: Math.max(event.receivedMicros, row?.orderReceived ?? 0),
    ended: source.hasEnded(payload),
  };
}
