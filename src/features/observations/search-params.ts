import { DEFAULT_EVENT_SOURCE_NAME } from "@/domain/event-source/registry";
import { timeRangeParams } from "@/lib/time-range";
import { listParam, oneOfParam, textParam, urlWriter, type UrlValues } from "@/lib/url-params";

/** The levels that have a chip. */
export const levelsWithChip = ["ERROR", "WARNING", "DEFAULT", "DEBUG"] as const;
export type LevelWithChip = (typeof levelsWithChip)[number];

const text = textParam.withDefault("");

/**
 * The filters of the list of observations in the URL. `q` searches id, name and trace id; `source` is an event source.
 */
export const observationParams = {
  q: text,
  level: listParam(oneOfParam(levelsWithChip)).withDefault([]),
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

/** The open tab of the panel. It stays while J and K move through the rows. */
export const observationTabParam = oneOfParam(["state", "triggers", "executions", "revisions"]).withDefault("state");

/** The event source of the open observation, because an id is unique only within its event source. */
export const openEventSourceParam = textParam.withDefault(DEFAULT_EVENT_SOURCE_NAME);

/** Chooses the triggers that the panel shows. */
export const firedTriggersParam = oneOfParam(["all", "fired", "not"]).withDefault("all");

export const serializeObservationParams = urlWriter({
  ...observationParams,
  tab: observationTabParam,
  of: openEventSourceParam,
  show: firedTriggersParam,
});

/** Returns the filters in the form of the API, without empty ones. The server turns the range into times. */
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

/** Returns the filters that only a link can set, each with its field and its words. */
export function filtersSetByLink(params: ObservationParams) {
  const linked = [
    { key: "trace", label: "trace", value: params.trace },
    { key: "session", label: "session", value: params.session },
    { key: "user", label: "user", value: params.user },
  ] as const;
  return linked.filter(({ value }) => value !== "");
}
