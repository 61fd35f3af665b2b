import type { EventSource } from "@/domain/event-source/event-source";
import { stringifyJson } from "@/domain/json/long-number";
import { parseJson } from "@/domain/json/read-json";
import type { StoredPart } from "@/domain/unmatched-storage";
import type { TriggerSet } from "../matching/trigger-cache";
import type { BatchPlan } from "./plan-types";
import type { ParsedEvent } from "./types";

/**
 * Reduces the states of new rows that no trigger can match, so that each row is written once. A regular expression counts
 * as a match here; `keepParts` decides exactly.
 */
export function reduceUnmatchable(
  source: EventSource,
  events: readonly ParsedEvent[],
  triggers: TriggerSet,
  part: StoredPart,
): readonly ParsedEvent[] {
  if (part === "full" || !source.reduce) return events;
  const mayMatch = (event: ParsedEvent): boolean => triggers.match(event.payload, { answer: () => true }).length > 0;
  return events.map((event) => (mayMatch(event) ? event : { ...event, state: reducedState(source, event, part) }));
}

type Made = {
  /** by id of a row that the batch has inserted, the event that it was made of */
  inserted: ReadonlyMap<string, string>;
  /** the events as they were inserted */
  rows: readonly ParsedEvent[];
};

/**
 * Reduces the planned states that no trigger matched, those of revisions too. An observation with an execution, or with
 * the decision of a trigger, keeps its whole state.
 * @returns ids of rows that the batch has inserted with another state than the planned one
 */
export function keepParts(
  source: EventSource,
  plan: BatchPlan,
  part: StoredPart,
  { inserted, rows }: Made,
): ReadonlySet<string> {
  const changed = new Set<string>();
  if (part === "full" || !source.reduce) return changed;
  const made = new Map(rows.map(({ id, state }) => [id, state]));
  const matched = new Set(plan.executions.map(({ sourceId }) => sourceId));
  for (const { sourceId, triggerId } of plan.decisions) if (triggerId !== null) matched.add(sourceId);
  for (const [id, planned] of plan.observations) {
    const state = matched.has(id) ? planned.event.state : reducedState(source, planned.event, part);
    plan.observations.set(id, { ...planned, event: { ...planned.event, state } });
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
 * What is stored of an event that no trigger matches. Later patches are merged onto a stored state, so that one without
 * an end stays whole.
 */
export function reducedState(source: EventSource, event: ParsedEvent, part: StoredPart): string {
  if (part === "full" || !source.reduce || (event.patch !== undefined && !event.ended)) return event.state;
  const reduced: unknown = source.reduce(event.payload, part);
  return reduced === event.payload ? event.state : stringifyJson(reduced);
}
