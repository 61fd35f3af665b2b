import type { EventSource } from "./event-source";
import { nounsByEventSource } from "./event-nouns";
import { observationCreatedSource } from "./observation-created/index";

const sources = new Map<string, EventSource>();

/** Returns the event source of a name, or null. */
export function getEventSource(name: string): EventSource | null {
  return sources.get(name) ?? null;
}

/** Lists the event sources in the order of registration. */
export function listEventSources(): EventSource[] {
  return [...sources.values()];
}

/**
 * Adds an event source.
 * @returns a function that removes it
 * @throws Error if the name is taken, or if two of its columns have one id
 */
export function registerEventSource(source: EventSource): () => void {
  if (sources.has(source.name)) throw new Error(`The event source ${source.name} is registered already.`);
  const ids = source.columns.map((column) => column.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`The event source ${source.name} has two columns called ${twice}.`);
  sources.set(source.name, source);
  nounsByEventSource.set(source.name, source.noun);
  return () => {
    if (sources.get(source.name) !== source) return;
    sources.delete(source.name);
    nounsByEventSource.delete(source.name);
  };
}

registerEventSource(observationCreatedSource);

/** The event source of a request that names no source. */
export const defaultEventSource: EventSource = observationCreatedSource;
export const DEFAULT_EVENT_SOURCE_NAME = defaultEventSource.name;
