import type { EventSource } from "@/domain/event-source/event-source";
import { parseJson } from "@/domain/json/read-json";

/** Parses the payload of an event by its source. The text holds the whole payload, or only the value inside it. */
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
