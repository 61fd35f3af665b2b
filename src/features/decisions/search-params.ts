import { listParam, oneOfParam, textParam, type UrlValues } from "@/lib/url-params";

/** The kinds of kept decisions, in the order of their chips. */
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

/** The filters of the list of decisions in the URL. `source` is the id of a subject. */
export const decisionParams = {
  kind: listParam(oneOfParam(decisionKindNames)).withDefault([]),
  trigger: textParam.withDefault(""),
  source: textParam.withDefault(""),
};
export type DecisionParams = UrlValues<typeof decisionParams>;

/** Makes the input of the list query, for the server and the browser. */
export const toDecisionListInput = (projectId: string, { kind, trigger, source }: DecisionParams) => ({
  projectId,
  ...(kind.length > 0 ? { kind } : {}),
  ...(trigger ? { triggerId: trigger } : {}),
  ...(source ? { sourceId: source } : {}),
});
