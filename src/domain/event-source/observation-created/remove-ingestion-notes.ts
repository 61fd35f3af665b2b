import { isJsonObject } from "../../json/json-kinds";

/**
 * Removes `ingestion` from the observation of an event that an application sent itself. In this field the program notes
 * how an SDK sent an observation, and matching depends on the note: on the protocol, and on whether a span is open.
 */
export function removeIngestionNotes(data: Record<string, unknown>): Record<string, unknown> {
  const { observation } = data;
  if (!isJsonObject(observation) || !Object.hasOwn(observation, "ingestion")) return data;
  const { ingestion: _ingestion, ...own } = observation;
  return { ...data, observation: own };
}
