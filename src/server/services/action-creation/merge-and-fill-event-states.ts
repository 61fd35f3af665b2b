import type { EventSource } from "@/domain/event-source/event-source";
import { parseJson } from "@/domain/json/read-json";
import { stringifyJson } from "@/domain/json/long-number";
import type { FindPrice } from "@/domain/model-prices/model-price";
import type { TraceAttributes } from "@/domain/opentelemetry/map/trace-attributes";
import { mergePatchEvents } from "./merge-patch-events";
import type { ParsedEvent, StoredSubject } from "./types";

/** The data that completes the states of events: known attributes of traces, and prices of models. */
type Known = { traces: ReadonlyMap<string, TraceAttributes>; findPrice: FindPrice; now: Date };

/**
 * Completes the states of events: merges patches into stored states, adds attributes of the trace, and computes costs
 * that the sender did not send. It drops an event that only adds trace attributes, if that would change nothing or the
 * subject is no longer stored.
 * @param stored the stored subjects that the transaction has locked; empty before any is locked
 */
export function mergeAndFillEventStates(
  source: EventSource,
  events: readonly ParsedEvent[],
  { stored, traces, findPrice, now }: Known & { stored: ReadonlyMap<string, StoredSubject> },
): readonly ParsedEvent[] {
  return mergePatchEvents(source, events, stored).flatMap((event) => {
    const whole = event.isFill ? asStored(source, event, stored.get(event.sourceId)) : event;
    const trace = event.trace && traces.get(event.trace.id);
    if (!whole) return [];
    const filled: unknown = trace
      ? (source.withTraceAttributes?.(whole.payload, trace) ?? whole.payload)
      : whole.payload;
    if (event.isFill && filled === whole.payload) return [];
    const payload: unknown = source.withComputedCost?.(filled, findPrice, now) ?? filled;
    return payload === event.payload ? [event] : [{ ...whole, payload, state: stringifyJson(payload) }];
  });
}

/**
 * Returns a copy of an event with the stored state and order of its subject, for an event that only adds trace
 * attributes. Null if the subject or its state is no longer stored.
 */
function asStored(source: EventSource, event: ParsedEvent, row: StoredSubject | undefined): ParsedEvent | null {
  if (!row?.state) return null;
  const payload: unknown = source.payload.parse(parseJson(row.state));
  return {
    ...event,
    payload,
    state: row.state,
    orderAt: row.orderAt ?? 0,
    ts: row.orderTs ?? 0,
    receivedMicros: row.orderReceived ?? 0,
    place: row.orderPlace ?? 0,
    ended: source.hasEnded(payload),
    sanitized: row.sanitized,
  };
}
