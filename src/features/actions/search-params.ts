import { parseAsString } from "nuqs/server";

/** The list's filters, as they stand in the URL. */
export const actionParams = { search: parseAsString.withDefault("") };
