import type { EventSource } from "@/domain/event-source/event-source";
import { parseJson } from "@/domain/json/read-json";

/**
 * Parses the JSON text of an event's payload by the schema of the event source. The text may be the whole payload, or
 * only the value of one of its members. Returns null if neither fits the schema.
 * @throws Error if the text is not JSON
 */
export function parseEventPayload(source: EventSource, text: string, now: Date): unknown {
  const state = parseJson(text);
  const wrappers = Object.keys(source.sample(now) as object);
  const candidates = [...wrappers.map((name) => ({ [name]: state })), state];
  for (const candidate of candidates) {
    const parsed = source.payload.safeParse(candidate);
    if (parsed.success) return parsed.data as unknown;
  }
  return null;
}
