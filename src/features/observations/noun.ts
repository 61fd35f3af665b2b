import { getEventSource } from "@/domain/event-source/registry";

/** Returns the nouns for the things of an event source. */
export function nounOf(eventSource: string): { one: string; many: string } {
  return getEventSource(eventSource)?.noun ?? { one: "event", many: "events" };
}

/** Returns the noun of an event source with a capital letter: `Observation`. */
export function nameOf(eventSource: string): string {
  const { one } = nounOf(eventSource);
  return one.charAt(0).toUpperCase() + one.slice(1);
}
