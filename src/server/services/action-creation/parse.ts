import type { EventSource } from "@/domain/event-source/event-source";
import { describePayloadError } from "@/domain/event-source/payload-error";
import type { BatchEvent, ParsedEvent, RejectedItem } from "./types";

const FUTURE_MAX_MS = 5 * 60_000;

/** Parses each event by itself, so that a bad one never takes the rest of its batch down. */
export function parseEvents(
  source: EventSource,
  events: readonly BatchEvent[],
  now: Date,
): { parsed: ParsedEvent[]; rejected: RejectedItem[] } {
  const parsed: ParsedEvent[] = [];
  const rejected: RejectedItem[] = [];
  for (const event of events) {
    const result = source.payload.safeParse(event.data);
    if (!result.success) {
      rejected.push({ event, reason: describePayloadError(result.error) });
      continue;
    }
    const orderAt = source.updatedAt(result.data)?.getTime() ?? event.ts;
    if (orderAt > now.getTime() + FUTURE_MAX_MS) {
      rejected.push({
        event,
        reason: `updatedAt ${new Date(orderAt).toISOString()} is more than 5 minutes in the future; check the sender's clock.`,
      });
      continue;
    }
    parsed.push({
      ...event,
      payload: result.data,
      state: JSON.stringify(result.data),
      sourceId: source.sourceId(result.data),
      orderAt,
    });
  }
  parsed.sort(compareEvents);
  return { parsed, rejected };
}

type Ordered = { orderAt: number; ts: number; id: string };

/** The order in which events of one source id apply: updatedAt (or ts), then ts, then event id. */
export function compareEvents(a: Ordered, b: Ordered): number {
  return a.orderAt - b.orderAt || a.ts - b.ts || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
