import { createSerializer, parseAsArrayOf, parseAsString, parseAsStringLiteral, type inferParserType } from "nuqs/server";

/** Levels of an observation, as the chips show them. */
export const levels = ["ERROR", "WARNING", "DEFAULT", "DEBUG"] as const;
export type Level = (typeof levels)[number];

/** The filters of the list, as they stand in the URL. `q` looks into id, name and trace id. */
export const observationParams = {
  q: parseAsString.withDefault(""),
  level: parseAsArrayOf(parseAsStringLiteral(levels)).withDefault([]),
  type: parseAsString.withDefault(""),
};
export type ObservationParams = inferParserType<typeof observationParams>;

/** The tab of the panel, kept while J and K move through the rows. */
export const tabParam = parseAsStringLiteral(["state", "decisions", "executions", "revisions"]).withDefault("state");

export const serializeObservationParams = createSerializer({ ...observationParams, tab: tabParam });

/** The filters as the API takes them: absent where nothing is chosen. */
export function toFilters({ q, level, type }: ObservationParams) {
  return { ...(q ? { search: q } : {}), ...(level.length > 0 ? { level } : {}), ...(type ? { type: [type] } : {}) };
}
