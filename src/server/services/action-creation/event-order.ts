import { parseJson } from "@/domain/json/read-json";
import type { EventSource } from "@/domain/event-source/event-source";
import type { ParsedEvent, StoredSubject } from "./types";

type Ordered = Pick<ParsedEvent, "orderAt" | "ts" | "receivedMicros" | "place" | "ended" | "id">;

/**
 * Compares two events of one subject: the later one has the newer state. The order is by updatedAt (or ts without it),
 * then ts, then the time of receipt, then the place in the request. If all are equal, the event of an ended subject is
 * later, and then the one with the larger id.
 */
export function compareEventOrder(a: Ordered, b: Ordered): number {
  return (
    a.orderAt - b.orderAt ||
    a.ts - b.ts ||
    a.receivedMicros - b.receivedMicros ||
    a.place - b.place ||
    Number(a.ended) - Number(b.ended) ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/**
 * Tells whether an event is older than its subject's stored state, or is the very event that made the state. False if
 * no state is stored.
 */
export function isOlderThanStored(event: ParsedEvent, row: StoredSubject, source: EventSource): boolean {
  if (row.orderAt === null || row.orderTs === null || row.state === null) return false;
  const { state } = row;
  return (
    compareEventOrder(event, {
      orderAt: row.orderAt,
      ts: row.orderTs,
      receivedMicros: row.orderReceived ?? 0,
      place: row.orderPlace ?? 0,
      // A getter, because parsing the state is costly and rarely needed: only if all times are equal.
      get ended() {
        return source.hasEnded(parseJson(state));
      },
      id: row.lastEventId ?? "",
    }) <= 0
  );
}
