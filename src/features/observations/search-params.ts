import {
  createSerializer,
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
  type inferParserType,
} from "nuqs/server";
import { DEFAULT_EVENT_SOURCE } from "@/domain/event-source/registry";

/** Levels of an observation, as the chips show them. */
export const levels = ["ERROR", "WARNING", "DEFAULT", "DEBUG"] as const;
export type Level = (typeof levels)[number];

/** The filters of the list, as they stand in the URL. `q` looks into id, name and trace id; `source` is an event source. */
export const observationParams = {
  q: parseAsString.withDefault(""),
  level: parseAsArrayOf(parseAsStringLiteral(levels)).withDefault([]),
  type: parseAsString.withDefault(""),
  source: parseAsString.withDefault(""),
};
export type ObservationParams = inferParserType<typeof observationParams>;

/** The tab of the panel, kept while J and K move through the rows. */
export const tabParam = parseAsStringLiteral(["state", "triggers", "executions", "revisions"]).withDefault("state");

/** The event source of what the panel shows; its id is unique only there. */
export const ofParam = parseAsString.withDefault(DEFAULT_EVENT_SOURCE);

/** Which of the triggers the panel shows. */
export const firedParam = parseAsStringLiteral(["all", "fired", "not"]).withDefault("all");

export const serializeObservationParams = createSerializer({
  ...observationParams,
  tab: tabParam,
  of: ofParam,
  show: firedParam,
});

/** The filters as the API takes them: absent where nothing is chosen. */
export function toFilters({ q, level, type, source }: ObservationParams) {
  return {
    ...(q ? { search: q } : {}),
    ...(level.length > 0 ? { level } : {}),
    ...(type ? { type: [type] } : {}),
    ...(source ? { eventSource: source } : {}),
  };
}
