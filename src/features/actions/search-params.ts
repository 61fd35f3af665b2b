import { parseAsString, parseAsStringLiteral } from "nuqs/server";

/** The list's filters, as they stand in the URL. */
export const actionParams = { search: parseAsString.withDefault("") };

/** The parts of an action's page. */
export const tabParam = parseAsStringLiteral(["configuration", "overview", "versions"]).withDefault("configuration");
