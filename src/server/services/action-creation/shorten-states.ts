import type { EventSource } from "@/domain/event-source/event-source";
import { stringifyJson } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import type { UnmatchedStorageLevel } from "@/domain/unmatched-storage";
import type { ActiveTriggerSet } from "../matching/trigger-cache";
import type { BatchPlan } from "./plan-types";
import type { ParsedEvent } from "./types";

/**
 * Shortens the states of events that no trigger can match, before their rows are inserted. So most rows need no later
 * update. Regular expressions are not evaluated here and count as matching; `shortenUnmatchedStates` is exact.
 */
export function shortenUnmatchableStates(
  source: EventSource,
  events: readonly ParsedEvent[],
  { triggers, part }: { triggers: ActiveTriggerSet; part: UnmatchedStorageLevel },
): readonly ParsedEvent[] {
  if (part === "full" || !source.reduce) return events;
  const mayMatch = (event: ParsedEvent): boolean => triggers.match(event.payload, { answer: () => true }).length > 0;
  return events.map((event) => (mayMatch(event) ? event : { ...event, state: shortenState(source, event, part) }));
}

type Made = {
  /** the id of the event from which each new row was made, by the id of the row */
  inserted: ReadonlyMap<string, string>;
  /** the events with the states that were inserted */
  rows: readonly ParsedEvent[];
};

/**
 * Shortens the planned states and revisions of subjects that no trigger matched, as the project's setting demands. A
 * subject with an execution or a trigger's decision keeps its whole state.
 * @returns ids of the new rows whose inserted state differs from the planned one and needs an update
 */
export function shortenUnmatchedStates(
  source: EventSource,
  plan: BatchPlan,
  { part, inserted, rows }: Made & { part: UnmatchedStorageLevel },
): ReadonlySet<string> {
  const changed = new Set<string>();
  if (part === "full" || !source.reduce) return changed;
  const made = new Map(rows.map(({ id, state }) => [id, state]));
  const matched = new Set(plan.executions.map(({ sourceId }) => sourceId));
  for (const { sourceId, triggerId } of plan.decisions) if (triggerId !== null) matched.add(sourceId);
  for (const [id, planned] of plan.subjects) {
    const state = matched.has(id) ? planned.event.state : shortenState(source, planned.event, part);
    plan.subjects.set(id, { ...planned, event: { ...planned.event, state } });
    const eventId = inserted.get(id);
    if (eventId !== undefined && made.get(eventId) !== state) changed.add(id);
  }
  for (const revision of plan.revisions) {
    if (revision.state === null || matched.has(revision.observationId)) continue;
    revision.state = stringifyJson(source.reduce(source.payload.parse(parseJson(revision.state)), part));
  }
  return changed;
}

/**
 * Returns the state to store for an event that no trigger matches. The state of a patch is not shortened before its
 * subject has ended, because later patches are merged into it.
 */
export function shortenState(source: EventSource, event: ParsedEvent, part: UnmatchedStorageLevel): string {
  if (part === "full" || !source.reduce || (event.patch !== undefined && !event.ended)) return event.state;
  const reduced: unknown = source.reduce(event.payload, part);
  return reduced === event.payload ? event.state : stringifyJson(reduced);
}
