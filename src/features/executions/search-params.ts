import {
  attemptCountTextRule,
  responseCodeTextRule,
  readStatusWord,
  type ExecutionQuery,
  type StatusFilter,
} from "@/domain/execution-query";
import { eventNounForms } from "@/domain/event-source/event-noun";
import { timeRangeParams, type TimeRangeName } from "@/lib/time-range";
import { listParam, oneOfParam, textParam, urlParam, urlWriter, type UrlValues } from "@/lib/url-params";

/** Parses statuses by their old and new names, in upper or lower case. */
const parseAsStatus = urlParam<StatusFilter>({ parse: readStatusWord, serialize: (status) => status });
const parseAsCode = urlParam<string>({
  parse: (text) => (responseCodeTextRule.pattern.test(text.toLowerCase()) ? text.toLowerCase() : null),
  serialize: (code) => code,
});
const parseAsAttempts = urlParam<string>({
  parse: (text) => (attemptCountTextRule.pattern.test(text) ? text : null),
  serialize: (attempts) => attempts,
});
const text = textParam.withDefault("");

/** The filters of the list of executions in the URL. Trigger and action are ids, or parts of a name. */
export const executionParams = {
  status: listParam(parseAsStatus).withDefault([]),
  q: text,
  code: listParam(parseAsCode).withDefault([]),
  error: listParam(textParam).withDefault([]),
  attempts: parseAsAttempts.withDefault(""),
  trigger: text,
  action: text,
  source: text,
  env: text,
  name: text,
  trace: text,
  /** the columns of a saved view: `reason`, or `reason:240` with its width in px */
  columns: listParam(textParam).withDefault([]),
  ...timeRangeParams,
};
export type ExecutionParams = UrlValues<typeof executionParams>;

/**
 * The open tab of the panel. It stays while J and K move through the rows. Without one in the URL, a failed execution
 * opens on its response.
 */
export const executionTabParam = oneOfParam(["request", "response", "event", "why"]);

export const serializeExecutionParams = urlWriter({ ...executionParams, tab: executionTabParam });

const isId = (value: string, prefix: string): boolean => value.startsWith(`${prefix}_`);

/**
 * Makes the filters of the API, without the status because the counts are by status. The server turns the range into
 * times.
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

/** Makes the input of the list query, for the server and the browser. */
export const toExecutionListInput = (projectId: string, params: Omit<ExecutionParams, "columns">) => ({
  projectId,
  ...toExecutionFilters(params),
  ...(params.status.length > 0 ? { status: params.status } : {}),
});

/** Turns a typed search into changes of the filters. Filters that the search does not mention stay. */
export function filtersFromTypedSearch({ since, ...query }: Partial<ExecutionQuery>): Partial<ExecutionParams> {
  return { q: "", ...query, ...(since ? { range: since as TimeRangeName, from: null, to: null } : {}) };
}

/** Returns the active filters for the chips, each with its field and its words. */
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
    { field: "name", label: eventNounForms().one, value: params.name },
    { field: "env", label: "env", value: params.env },
    { field: "trace", label: "trace", value: params.trace },
    { field: "source", label: "source", value: params.source },
  ] as const;
  return chosen.filter(({ value }) => value !== "");
}

/** Tells whether a filter besides the status is active. */
export const hasActiveFilter = (params: ExecutionParams): boolean =>
  listActiveFilters(params).length > 0 || params.range !== null || params.from !== null || params.to !== null;
