import { DEFAULT_EVENT_SOURCE_NAME } from "@/domain/event-source/registry";
import { makeOneOfParam, searchParam, textParam, type UrlValues } from "@/lib/url-params";

export const triggerSortNames = ["newest", "name", "fired", "busiest"] as const;
export const triggerStateNames = ["on", "off", "failing", "never"] as const;

/** The URL parameters of the list of triggers: its filters and its order. */
export const triggerParams = {
  search: searchParam,
  sort: makeOneOfParam(triggerSortNames).withDefault("newest"),
  state: makeOneOfParam(triggerStateNames),
  action: textParam.withDefault(""),
};

/**
 * Makes the input of the list query. The server and the browser share this function, so that both use the same query
 * key.
 */
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

/**
 * The URL parameter for the tab of a trigger's page. Without it the page opens the overview if the trigger has ever
 * fired, and else the form.
 */
export const triggerTabParam = makeOneOfParam([
  "overview",
  "executions",
  "configuration",
  "shadow",
  "versions",
  "backfill",
  "why",
]);

/** The URL parameter with the source id (the id of the subject, which events are about) for the tab "why not?". */
export const whyNotSourceIdParam = textParam.withDefault("");

/**
 * The URL parameters of a new trigger that should match events like a stored one: `like` is the source id, `of` is the
 * event source.
 */
export const newTriggerLikeSubjectParams = { like: textParam, of: textParam.withDefault(DEFAULT_EVENT_SOURCE_NAME) };
