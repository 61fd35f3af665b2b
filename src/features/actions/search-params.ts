import { makeOneOfParam, searchParam } from "@/lib/url-params";

/** The URL parameters of the list of actions. */
export const actionListParams = { search: searchParam };

/**
 * Makes the input of the list query. The server and the browser share this function, so that both use the same query
 * key.
 */
export const toActionListInput = (projectId: string, search: string) => ({
  projectId,
  sort: "health" as const,
  ...(search ? { search } : {}),
});

/**
 * The URL parameter that opens the confirmation dialog of a lever: probe, send, pause, resume or off. The command menu
 * links to the page of an action with this parameter.
 */
export const openLeverDialogParam = makeOneOfParam(["probe", "send", "pause", "resume", "off"]);

/**
 * The URL parameter for the tab of an action's page. Without the parameter, the page of an action without traffic in
 * the last hour and without a failure opens the configuration. Any other action's page opens the overview.
 */
export const actionTabParam = makeOneOfParam(["overview", "executions", "configuration", "versions"]);
