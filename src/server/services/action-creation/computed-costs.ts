import type { EventSource } from "@/domain/event-source/event-source";
import { stringifyJson } from "@/domain/json/long-number";
import type { FindPrice } from "@/domain/model-prices/model-price";
import type { ParsedEvent } from "./types";

/** Computes the cost of events whose sender told none. Events without a price stay as they are. */
export function withComputedCosts(
  source: EventSource,
  events: readonly ParsedEvent[],
  findPrice: FindPrice,
  receivedAt: Date,
): readonly ParsedEvent[] {
  const { withComputedCost } = source;
  if (!withComputedCost) return events;
  return events.map((event) => {
    const payload: unknown = withComputedCost(event.payload, findPrice, receivedAt);
    return payload === event.payload ? event : { ...event, payload, state: stringifyJson(payload) };
  });
}
