import type { EventDetailLevel, EventSummary } from "../event-source";
import { parseJsonField, parseObjectOrListJson } from "../../filter/field-text";
import { cutText } from "../../json/cut-text";
import type { LongNumber } from "../../json/long-number";
import { deriveObservationValues, deriveLatency, deriveTotalCost, deriveTotalTokens } from "./derived";
import { Observation, type ObservationCreated } from "./schema";

/** The most characters of a text in a list. */
const TEXT_MAX = 500;

export function summarizeObservation({ observation }: ObservationCreated): EventSummary {
  return {
    traceId: observation.traceId ?? null,
    name: short(observation.name),
    environment: short(observation.environment),
    userId: observation.userId ?? null,
    sessionId: observation.sessionId ?? null,
    startTime: observation.startTime ? new Date(observation.startTime) : null,
    facts: {
      parentId: observation.parentObservationId ?? null,
      type: observation.type ?? null,
      level: observation.level,
      model: short(observation.model),
      latency: nearest(deriveLatency(observation)),
      totalTokens: nearest(deriveTotalTokens(observation)),
      totalCost: nearest(deriveTotalCost(observation)),
    },
  };
}

const nearest = (value: number | LongNumber | null): number | null => (value === null ? null : Number(value));

function short(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  return text.length <= TEXT_MAX ? text : `${cutText(text, TEXT_MAX)}…`;
}

/** The fields of an observation that are its body. */
export const observationBodyFields = ["input", "output", "metadata"] as const;
const isBodyField = (name: string): boolean => (observationBodyFields as readonly string[]).includes(name);

/**
 * Returns the own fields of an observation's payload, without derived values. Without `withBodies` it leaves out input,
 * output and metadata.
 */
export function readStoredObservationFields(
  { observation }: ObservationCreated,
  withBodies: boolean,
): Record<string, unknown> {
  return withBodies ? observation : removeObservationBodies({ observation }).observation;
}

/**
 * Lists the paths of input, output, metadata and their members, where a text is the JSON of an object or a list. Keys
 * of filters look into these texts.
 */
export function listJsonTextPaths({ observation }: ObservationCreated): string[] {
  return observationBodyFields.flatMap((field) => {
    const value = observation[field];
    const own = isJsonText(value) ? [field] : [];
    const opened = parseJsonField(value);
    const isOpen = typeof opened === "object" && opened !== null;
    const members = isOpen ? Object.entries(opened).filter(([, member]) => isJsonText(member)) : [];
    return [...own, ...members.map(([name]) => `${field}.${name}`)];
  });
}

const isJsonText = (value: unknown): boolean => typeof value === "string" && parseObjectOrListJson(value) !== null;

/** Returns a payload with the observation alone, without its input, output and metadata. */
export function removeObservationBodies({ observation }: ObservationCreated): ObservationCreated {
  return {
    observation: Object.fromEntries(
      Object.entries(observation).filter(([field]) => !isBodyField(field)),
    ) as Observation,
  };
}

/**
 * Returns the fields of an observation that an action sends. thin: id, traceId, type and name. standard: every field
 * but input, output and metadata. full: every field. `standard` and `full` add the derived values (latency, totals …)
 * that the sender did not give. Fields of the schema come first, in its order. Unknown fields follow in the order in
 * which they came.
 */
export function chooseObservationFieldsForAction(
  { observation }: ObservationCreated,
  detail: EventDetailLevel,
): Record<string, unknown> {
  switch (detail) {
    case "thin":
      return {
        id: observation.id,
        traceId: observation.traceId ?? null,
        type: observation.type ?? null,
        name: observation.name ?? null,
      };
    case "standard":
    case "full":
      return inOrder(observation, detail === "full");
    default:
      return detail satisfies never;
  }
}

function inOrder(observation: Observation, withBodies: boolean): Record<string, unknown> {
  const values: Record<string, unknown> = { ...observation, ...deriveObservationValues(observation) };
  const known = Object.keys(Observation.shape);
  const extra = Object.keys(observation).filter((name) => !Object.hasOwn(Observation.shape, name));
  const entries = [...known, ...extra]
    .filter((name) => values[name] !== undefined && (withBodies || !isBodyField(name)))
    .map((name) => [name, values[name]] as const);
  return Object.fromEntries(entries);
}
