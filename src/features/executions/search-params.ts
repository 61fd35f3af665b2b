import {
  createSerializer,
  parseAsArrayOf,
  parseAsIsoDateTime,
  parseAsString,
  parseAsStringLiteral,
  type inferParserType,
} from "nuqs/server";
import { ExecutionStatus } from "@/domain/execution";

/** Time ranges that end now, with their milliseconds. */
const ranges = { "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000, "30d": 2_592_000_000 } as const;
export type Range = keyof typeof ranges;

/** The filters of the list, as they stand in the URL. `from` and `to` name a fixed interval and win over `range`. */
export const executionParams = {
  status: parseAsArrayOf(parseAsStringLiteral(ExecutionStatus.options)).withDefault([]),
  trigger: parseAsString.withDefault(""),
  action: parseAsString.withDefault(""),
  source: parseAsString.withDefault(""),
  range: parseAsStringLiteral(Object.keys(ranges) as Range[]),
  from: parseAsIsoDateTime,
  to: parseAsIsoDateTime,
};
export type ExecutionParams = inferParserType<typeof executionParams>;

/** The tab of the panel, kept while J and K move through the rows. */
export const tabParam = parseAsStringLiteral(["request", "response", "event", "why"]).withDefault("request");

export const serializeExecutionParams = createSerializer({ ...executionParams, tab: tabParam });

/** The part of the filters that the statuses are counted under. A range rolls on with `now` (milliseconds). */
export function toFilters(params: ExecutionParams, now: number) {
  const hasInterval = params.from !== null || params.to !== null;
  const from = hasInterval ? params.from : params.range && new Date(now - ranges[params.range]);
  return {
    ...(params.trigger ? { triggerId: params.trigger } : {}),
    ...(params.action ? { actionId: params.action } : {}),
    ...(params.source ? { sourceId: params.source } : {}),
    ...(from ? { from } : {}),
    ...(params.to ? { to: params.to } : {}),
  };
}

/** Whether anything but the status narrows the list. */
export const hasFilters = ({ trigger, action, source, range, from, to }: ExecutionParams): boolean =>
  Boolean(trigger || action || source || range || from || to);
