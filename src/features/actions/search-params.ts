import { parseAsString, parseAsStringLiteral } from "nuqs/server";

/** The list's filters, as they stand in the URL. */
export const actionParams = { search: parseAsString.withDefault("") };

/** The input of the list, for server and browser. */
export const toListInput = (projectId: string, search: string) => ({
  projectId,
  sort: "health" as const,
  ...(search ? { search } : {}),
});

/** The lever whose question is open: the command menu leads here with one. */
export const leverParam = parseAsStringLiteral(["probe", "send", "pause", "resume", "off"]);

/** The parts of an action's page. Without one in the URL, an action that was used opens on its overview. */
export const tabParam = parseAsStringLiteral(["overview", "executions", "configuration", "versions"]);
