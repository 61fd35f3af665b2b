import { observationNoun } from "./observation-created/noun";

/** The noun for an event source's subjects, in the singular and the plural, without an article. */
export type EventNoun = { one: string; many: string };

/**
 * The nouns of all event sources, by the name of the source. Every page needs them in its first script, so this file
 * imports no source: a source brings its schemas, 39 KB of compressed script.
 */
export const nounsByEventSource = new Map<string, EventNoun>([["observation.created", observationNoun]]);
