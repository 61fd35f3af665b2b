import { DEFAULT_EVENT_SOURCE_NAME } from "@/domain/event-source/registry";
import { timeRangeParams } from "@/lib/time-range";
import { makeListParam, makeOneOfParam, searchParam, textParam, makeUrlWriter, type UrlValues } from "@/lib/url-params";

/** The levels of observations for which the list has a filter chip. */
export const levelsWithFilterChip = ["ERROR", "WARNING", "DEFAULT", "DEBUG"] as const;
export type LevelWithFilterChip = (typeof levelsWithFilterChip)[number];

const text = textParam.withDefault("");

/**
 * The URL parameters that filter the list of observations. `q` searches id, name and trace id. `source` is the name of
 * an event source.
 */
export const observationParams = {
  q: searchParam,
  level: makeListParam(makeOneOfParam(levelsWithFilterChip)).withDefault([]),
  type: text,
  env: text,
  model: text,
  trace: text,
  session: text,
  user: text,
  source: text,
  ...timeRangeParams,
};
export type ObservationParams = UrlValues<typeof observationParams>;

/** The URL parameter for the open tab of the observation panel. The tab stays when J and K show another observation. */
export const observationTabParam = makeOneOfParam(["state", "triggers", "executions", "revisions"]).withDefault(
  "state",
);

/**
 * The URL parameter for the event source of the open observation, because an id is unique only within its event source.
 */
export const openEventSourceParam = textParam.withDefault(DEFAULT_EVENT_SOURCE_NAME);

/**
 * The URL parameter that selects the triggers in an observation's panel: all, those that fired, or those that did not
 * fire.
 */
export const firedTriggersParam = makeOneOfParam(["all", "fired", "not"]).withDefault("all");

export const serializeObservationParams = makeUrlWriter({
  ...observationParams,
  tab: observationTabParam,
  of: openEventSourceParam,
  show: firedTriggersParam,
});

/**
 * Converts URL parameters into the API's filters, and leaves out empty ones. The server converts the range into times.
 */
export function toObservationFilters(params: ObservationParams) {
  const { q, level, type, env, model, trace, session, user, source, range, from, to } = params;
  return {
    ...(q ? { search: q } : {}),
    ...(level.length > 0 ? { level } : {}),
    ...(type ? { type: [type] } : {}),
    ...(env ? { environment: [env] } : {}),
    ...(model ? { model: [model] } : {}),
    ...(trace ? { traceId: trace } : {}),
    ...(session ? { sessionId: session } : {}),
    ...(user ? { userId: user } : {}),
    ...(source ? { eventSource: source } : {}),
    ...(range && !from && !to ? { since: range } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  };
}

/**
 * Returns the active filters that have no control on the page and come from a link, such as the trace id, with the
 * words to show for them.
 */
export function listFiltersSetByLink(params: ObservationParams) {
  const linked = [
    { key: "trace", label: "trace", value: params.trace },
    { key: "session", label: "session", value: params.session },
    { key: "user", label: "user", value: params.user },
  ] as const;
  return linked.filter(({ value }) => value !== "");
}
