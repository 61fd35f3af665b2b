import { oneOfParam, textParam } from "@/lib/url-params";

/** The filters of the list of actions in the URL. */
export const actionParams = { search: textParam.withDefault("") };

/** Makes the input of the list query, for the server and the browser. */
export const toActionListInput = (projectId: string, search: string) => ({
  projectId,
  sort: "health" as const,
  ...(search ? { search } : {}),
});

/** The lever whose dialog is open. The command menu links here with it. */
export const openLeverDialogParam = oneOfParam(["probe", "send", "pause", "resume", "off"]);

/** The tabs of an action's page. Without one in the URL, a used action opens on its overview. */
export const actionTabParam = oneOfParam(["overview", "executions", "configuration", "versions"]);
