import type { EventSource } from "../event-source/event-source";
import type { RedactionLayout } from "./redactor";

/** The layout of an event source that declares none, and of an unknown one. Rules by path apply at every depth. */
const anywhere: RedactionLayout = { within: null, links: [], repeats: {}, copies: [] };

/** Returns where redaction rules apply in the data of an event source. */
export const getRedactionLayout = (source: Pick<EventSource, "redaction"> | null): RedactionLayout =>
  source?.redaction ?? anywhere;
