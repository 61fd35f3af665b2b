import { filterLike } from "@/domain/event-source/filter-like";
import { getEventSource } from "@/domain/event-source/registry";
import type { TriggerInput } from "@/domain/trigger";
import { payloadOf } from "./preview/payload-of";
import { newTrigger } from "./use-trigger-form";

type Stored = { name: string | null; level: string | null; eventSource: string; state: string | null };

/** Makes the first values of a trigger for observations like a stored one. */
export function triggerLike({ name, level, eventSource, state }: Stored, now: Date): TriggerInput {
  const source = getEventSource(eventSource);
  const payload = source && state !== null ? payloadOf(source, state, now) : null;
  if (!source || payload === null) return newTrigger();
  const title = [name ?? `Like this ${source.noun.one}`, level && level !== "DEFAULT" ? level.toLowerCase() : null];
  return {
    ...newTrigger(),
    name: title.filter(Boolean).join(" · "),
    eventSource,
    filter: filterLike(source, payload),
  };
}
