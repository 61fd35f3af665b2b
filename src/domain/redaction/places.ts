import type { EventSource } from "../event-source/event-source";
import type { RedactionPlaces } from "./redactor";

/** For a source that does not describe its data: rules by path apply at every depth. */
const anywhere: RedactionPlaces = { within: null, links: [], repeats: {}, copies: [] };

/** Returns where redaction rules apply in the data of an event source. */
export const redactionPlacesOf = (source: Pick<EventSource, "redaction"> | null): RedactionPlaces =>
  source?.redaction ?? anywhere;
