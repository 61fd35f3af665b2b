import {
  searchedAttemptCountRule,
  searchedResponseCodeRule,
  readStatusWord,
  type ExecutionSearchFields,
  type StatusFilter,
} from "@/domain/execution-query";
import { getEventNounForms } from "@/domain/event-source/event-noun";
import { timeRangeParams, type RelativeTimeRange } from "@/lib/time-range";
import {
  makeListParam,
  makeOneOfParam,
  textParam,
  makeUrlParam,
  makeUrlWriter,
  type UrlValues,
} from "@/lib/url-params";

/** Parses a status in the URL. It accepts the names on pages and in the API, in upper or lower case. */
const parseAsStatus = makeUrlParam<StatusFilter>({ parse: readStatusWord, serialize: (status) => status });
const parseAsCode = makeUrlParam<string>({
  parse: (text) => (searchedResponseCodeRule.pattern.test(text.toLowerCase()) ? text.toLowerCase() : null),
  serialize: (code) => code,
});
const parseAsAttempts = makeUrlParam<string>({
  parse: (text) => (searchedAttemptCountRule.pattern.test(text) ? text : null),
  serialize: (attempts) => attempts,
});
const text = textParam.withDefault("");

/** The URL parameters that filter the list of executions. `trigger` and `action` are ids, or parts of names. */
export const executionParams = {
  status: makeListParam(parseAsStatus).withDefault([]),
  q: text,
  code: makeListParam(parseAsCode).withDefault([]),
  error: makeListParam(textParam).withDefault([]),
  attempts: parseAsAttempts.withDefault(""),
  trigger: text,
  action: text,
  source: text,
  env: text,
  name: text,
  trace: text,
  /** the columns of a saved view, each as `reason`, or as `reason:240` with its width in px */
  columns: makeListParam(textParam).withDefault([]),
  ...timeRangeParams,
};
export type ExecutionParams = UrlValues<typeof executionParams>;

/**
 * The URL parameter for the open tab of the execution panel. The tab stays when J and K show another execution. Without
 * the parameter, the response tab is open if an attempt has failed, else the request tab. The execution's own page has
 * the tabs `event` and `why` only.
 */
export const executionTabParam = makeOneOfParam(["request", "response", "event", "why"]);

export const serializeExecutionParams = makeUrlWriter({ ...executionParams, tab: executionTabParam });

const isId = (value: string, prefix: string): boolean => value.startsWith(`${prefix}_`);

/**
 * Converts URL parameters into the API's filters, without the status, because the API counts executions by status. The
 * server converts the range into times.
 */
export function toExecutionFilters({ trigger, action, ...params }: Omit<ExecutionParams, "columns">) {
  const hasInterval = params.from !== null || params.to !== null;
  return {
    ...(trigger ? (isId(trigger, "trg") ? { triggerId: trigger } : { triggerName: trigger }) : {}),
    ...(action ? (isId(action, "act") ? { actionId: action } : { actionName: action }) : {}),
    ...(params.source ? { sourceId: params.source } : {}),
    ...(params.q ? { search: params.q } : {}),
    ...(params.code.length > 0 ? { code: params.code } : {}),
    ...(params.error.length > 0 ? { error: params.error } : {}),
    ...(params.attempts ? { attempts: params.attempts } : {}),
    ...(params.env ? { environment: params.env } : {}),
    ...(params.name ? { observationName: params.name } : {}),
    ...(params.trace ? { traceId: params.trace } : {}),
    ...(!hasInterval && params.range ? { since: params.range } : {}),
    ...(params.from ? { from: params.from } : {}),
    ...(params.to ? { to: params.to } : {}),
  };
}

/**
 * Makes the input of the list query. The server and the browser share this function, so that both use the same query
 * key.
 */
export const toExecutionListInput = (projectId: string, params: Omit<ExecutionParams, "columns">) => ({
  projectId,
  ...toExecutionFilters(params),
  ...(params.status.length > 0 ? { status: params.status } : {}),
});

/**
 * Converts a parsed search text into changes of the URL parameters. Filters that the search text does not contain stay
 * unchanged, except the free text `q`, which is then cleared.
 */
export function convertSearchToParamChanges({
  since,
  ...query
}: Partial<ExecutionSearchFields>): Partial<ExecutionParams> {
  return { q: "", ...query, ...(since ? { range: since as RelativeTimeRange, from: null, to: null } : {}) };
}

/**
 * Returns the active filters with the words to show for them. It leaves out the status and the time range, which have
 * their own controls.
 */
export function listActiveFilters(
  params: ExecutionParams,
): { field: keyof ExecutionParams; label: string; value: string }[] {
  const chosen = [
    { field: "q", label: "search", value: params.q },
    { field: "trigger", label: "trigger", value: params.trigger },
    { field: "action", label: "action", value: params.action },
    { field: "code", label: "code", value: params.code.join(", ") },
    { field: "error", label: "error", value: params.error.join(", ") },
    { field: "attempts", label: "attempts", value: params.attempts },
    { field: "name", label: getEventNounForms().one, value: params.name },
    { field: "env", label: "env", value: params.env },
    { field: "trace", label: "trace", value: params.trace },
    { field: "source", label: "source", value: params.source },
  ] as const;
  return chosen.filter(({ value }) => value !== "");
}

/** Tells whether any filter or time range other than the status is active. */
export const hasFilterBesidesStatus = (params: ExecutionParams): boolean =>
  listActiveFilters(params).length > 0 || params.range !== null || params.from !== null || params.to !== null;
