import { parseAsString, parseAsStringLiteral } from "nuqs/server";

/** The list's filters, as they stand in the URL. */
export const triggerParams = { search: parseAsString.withDefault("") };

/** The parts of a trigger's page. */
export const tabParam = parseAsStringLiteral(["configuration", "overview", "why", "versions", "backfill"]).withDefault(
  "configuration",
);

/** What "why not?" asks about. */
export const sourceIdParam = parseAsString.withDefault("");
