import type { EventSource } from "@/domain/event-source/event-source";
import { parseJson } from "@/domain/json/read-json";

/** What is shown of an event is its payload, or what its payload wraps under one name: whichever its source can read. */
export function payloadOf(source: EventSource, text: string, now: Date): unknown {
  const state = parseJson(text);
  const wrappers = Object.keys(source.sample(now) as object);
  const candidates = [...wrappers.map((name) => ({ [name]: state })), state];
  for (const candidate of candidates) {
    const parsed = source.payload.safeParse(candidate);
    if (parsed.success) return parsed.data as unknown;
  }
  return null;
}
