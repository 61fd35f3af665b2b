import { parseJson } from "@/domain/json/read-json";
import type { EventSource } from "@/domain/event-source/event-source";
import type { ParsedEvent, StoredSubject } from "./types";

type Ordered = Pick<ParsedEvent, "orderAt" | "ts" | "receivedMicros" | "place" | "ended" | "id">;

/**
 * Compares events of one source id by the order in which they apply: updatedAt (or ts), then ts, then the order of
 * receipt. If two events are equal in these, the event with an end comes last. The id makes the order total.
 */
export function compareEvents(a: Ordered, b: Ordered): number {
  return (
    a.orderAt - b.orderAt ||
    a.ts - b.ts ||
    a.receivedMicros - b.receivedMicros ||
    a.place - b.place ||
    Number(a.ended) - Number(b.ended) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** Tells whether an event is older than a stored state, or is the event of that state. */
export function isOlderThanStored(event: ParsedEvent, row: StoredSubject, source: EventSource): boolean {
  if (row.orderAt === null || row.orderTs === null || row.state === null) return false;
  const { state } = row;
  return (
    compareEvents(event, {
      orderAt: row.orderAt,
      ts: row.orderTs,
      receivedMicros: row.orderReceived ?? 0,
      place: row.orderPlace ?? 0,
      // The getter runs only if all else is equal, because it parses the state.
      get ended() {
        return source.hasEnded(parseJson(state));
      },
      id: row.lastEventId ?? "",
    }) <= 0
  );
}
