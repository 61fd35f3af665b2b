import { makeFilterForSimilarEvents } from "@/domain/event-source/filter-for-similar-events";
import { findUnusualMark } from "@/domain/event-source/list-column-value";
import { getEventSource } from "@/domain/event-source/registry";
import type { TriggerInput } from "@/domain/trigger";
import { parseEventPayload } from "./preview/parse-event-payload";
import { makeNewTriggerFormValues } from "./use-trigger-form";

type Stored = { name: string | null; eventSource: string; state: string | null };

/**
 * Returns form values for a new trigger that matches events like a stored event. If the stored state cannot be read,
 * the values are those of an empty form.
 */
export function makeValuesForSimilarEvents(stored: Stored, now: Date): TriggerInput {
  const { name, eventSource, state } = stored;
  const source = getEventSource(eventSource);
  const payload = source && state !== null ? parseEventPayload(source, state, now) : null;
  if (!source || payload === null) return makeNewTriggerFormValues();
  const title = [name ?? `Like this ${source.noun.one}`, findUnusualMark(source, stored)?.value.toLowerCase()];
  return {
    ...makeNewTriggerFormValues(),
    name: title.filter(Boolean).join(" · "),
    eventSource,
    filter: makeFilterForSimilarEvents(source, payload),
  };
}
