import { DEFAULT_EVENT_SOURCE_NAME } from "@/domain/event-source/registry";
import { oneOfParam, textParam, type UrlValues } from "@/lib/url-params";

export const triggerSortNames = ["newest", "name", "fired", "busiest"] as const;
export const triggerStateNames = ["on", "off", "failing", "never"] as const;

/** The filters and the order of the list of triggers in the URL. */
export const triggerParams = {
  search: textParam.withDefault(""),
  sort: oneOfParam(triggerSortNames).withDefault("newest"),
  state: oneOfParam(triggerStateNames),
  action: textParam.withDefault(""),
};

/** Makes the input of the list query, for the server and the browser. */
export const toTriggerListInput = (
  projectId: string,
  { search, sort, state, action }: UrlValues<typeof triggerParams>,
) => ({
  projectId,
  ...(search ? { search } : {}),
  ...(sort === "newest" ? {} : { sort }),
  ...(state ? { state } : {}),
  ...(action ? { actionId: action } : {}),
});

/** The tabs of a trigger's page. Without one in the URL, a trigger that has fired opens on its overview. */
export const triggerTabParam = oneOfParam([
  "overview",
  "executions",
  "configuration",
  "shadow",
  "versions",
  "backfill",
  "why",
]);

/** The source id of the tab "why not?". */
export const sourceIdParam = textParam.withDefault("");

/** The subject from which a new trigger starts: its id and its event source. */
export const similarSubjectParams = { like: textParam, of: textParam.withDefault(DEFAULT_EVENT_SOURCE_NAME) };
