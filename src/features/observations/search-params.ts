import {
  createSerializer,
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
  type inferParserType,
} from "nuqs/server";
import { DEFAULT_EVENT_SOURCE } from "@/domain/event-source/registry";
import { timeRangeParams } from "@/lib/time-range";

/** Levels of an observation, as the chips show them. */
export const levels = ["ERROR", "WARNING", "DEFAULT", "DEBUG"] as const;
export type Level = (typeof levels)[number];

const text = parseAsString.withDefault("");

/**
 * The filters of the list, as they stand in the URL. `q` looks into id, name and trace id; `source` is an event source.
 */
export const observationParams = {
  q: text,
  level: parseAsArrayOf(parseAsStringLiteral(levels)).withDefault([]),
  type: text,
  env: text,
  model: text,
  trace: text,
  session: text,
  user: text,
  source: text,
  ...timeRangeParams,
};
export type ObservationParams = inferParserType<typeof observationParams>;

/** The tab of the panel, kept while J and K move through the rows. */
export const tabParam = parseAsStringLiteral(["state", "triggers", "executions", "revisions"]).withDefault("state");

/** The event source of what the panel shows; its id is unique only there. */
export const ofParam = parseAsString.withDefault(DEFAULT_EVENT_SOURCE);

/** Which of the triggers the panel shows. */
export const firedParam = parseAsStringLiteral(["all", "fired", "not"]).withDefault("all");

export const serializeObservationParams = createSerializer({
  ...observationParams,
  tab: tabParam,
  of: ofParam,
  show: firedParam,
});

/** The filters as the API takes them: absent where nothing is chosen. A range rolls on at the server. */
export function toFilters(params: ObservationParams) {
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

/** The filters that only a link sets, for tags: their field and their words. */
export function linkedFilters(params: ObservationParams) {
  const linked = [
    { key: "trace", label: "trace", value: params.trace },
    { key: "session", label: "session", value: params.session },
    { key: "user", label: "user", value: params.user },
  ] as const;
  return linked.filter(({ value }) => value !== "");
}
