import type { EventSource } from "../event-source/event-source";
import type { RedactionPlaces } from "./redactor";

/** A source that says nothing of its data: rules by path apply at every depth. */
const anywhere: RedactionPlaces = { within: null, links: [], repeats: {}, copies: [] };

/** How the redaction rules of a project apply to the data of an event source. */
export const placesOf = (source: Pick<EventSource, "redaction"> | null): RedactionPlaces =>
  source?.redaction ?? anywhere;
