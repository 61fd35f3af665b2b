import { makeListParam, makeOneOfParam, textParam, type UrlValues } from "@/lib/url-params";

/** The kinds of decisions that are stored, in the order of the filter chips. */
export const decisionKindNames = [
  "created",
  "sampled_out",
  "over_cap",
  "skipped_exists",
  "cancelled",
  "not_matched_finished",
  "ignored_older",
  "filter_error",
] as const;
export type DecisionKind = (typeof decisionKindNames)[number];

/**
 * The URL parameters that filter the list of decisions. `trigger` is the id of a trigger, and `source` is the id of a
 * subject.
 */
export const decisionParams = {
  kind: makeListParam(makeOneOfParam(decisionKindNames)).withDefault([]),
  trigger: textParam.withDefault(""),
  source: textParam.withDefault(""),
};
export type DecisionParams = UrlValues<typeof decisionParams>;

/**
 * Makes the input of the list query. The server and the browser share this function, so that both use the same query
 * key.
 */
export const toDecisionListInput = (projectId: string, { kind, trigger, source }: DecisionParams) => ({
  projectId,
  ...(kind.length > 0 ? { kind } : {}),
  ...(trigger ? { triggerId: trigger } : {}),
  ...(source ? { sourceId: source } : {}),
});
