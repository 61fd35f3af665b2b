import {
  createSerializer,
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
  type inferParserType,
} from "nuqs/server";
import { ExecutionStatus } from "@/domain/execution";
import { timeRangeParams, toInterval } from "@/lib/time-range";

/** The filters of the list, as they stand in the URL. */
export const executionParams = {
  status: parseAsArrayOf(parseAsStringLiteral(ExecutionStatus.options)).withDefault([]),
  trigger: parseAsString.withDefault(""),
  action: parseAsString.withDefault(""),
  source: parseAsString.withDefault(""),
  ...timeRangeParams,
};
export type ExecutionParams = inferParserType<typeof executionParams>;

/** The tab of the panel, kept while J and K move through the rows. */
export const tabParam = parseAsStringLiteral(["request", "response", "event", "why"]).withDefault("request");

export const serializeExecutionParams = createSerializer({ ...executionParams, tab: tabParam });

/** The part of the filters that the statuses are counted under. A range rolls on with `now` (milliseconds). */
export function toFilters(params: ExecutionParams, now: number) {
  const { from, to } = toInterval(params, now);
  return {
    ...(params.trigger ? { triggerId: params.trigger } : {}),
    ...(params.action ? { actionId: params.action } : {}),
    ...(params.source ? { sourceId: params.source } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  };
}

/** Whether anything but the status narrows the list. */
export const hasFilters = ({ trigger, action, source, range, from, to }: ExecutionParams): boolean =>
  Boolean(trigger || action || source || range || from || to);
