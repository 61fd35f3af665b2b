import { nounsByEventSource, type EventNoun } from "./event-nouns";

/** The forms of a noun that sentences and headings need: `an observation`, `Observation`, `Observations`. */
export type EventNounForms = EventNoun & { some: string; heading: string; headings: string };

/** The noun of an unknown event source, and of pages about several event sources that share no noun. */
const unnamed: EventNoun = { one: "event", many: "events" };

/**
 * Returns the forms of the noun for an event source's subjects. An unknown source has the noun "event". Without a
 * source the noun is that which all sources share, or "event".
 */
export function getEventNounForms(eventSource?: string): EventNounForms {
  const { one, many } = eventSource === undefined ? sharedNoun() : (nounsByEventSource.get(eventSource) ?? unnamed);
  return {
    one,
    many,
    some: `${/^[aeiou]/.test(one) ? "an" : "a"} ${one}`,
    heading: capital(one),
    headings: capital(many),
  };
}

function sharedNoun(): EventNoun {
  const [first, ...others] = nounsByEventSource.values();
  return first && others.every(({ one }) => one === first.one) ? first : unnamed;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
