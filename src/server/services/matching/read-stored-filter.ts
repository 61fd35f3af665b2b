import type { EventSource } from "@/domain/event-source/event-source";
import { getEventSource } from "@/domain/event-source/registry";
import { checkFilter, type FilterCheckOptions } from "@/domain/filter/check-filter";
import { Filter } from "@/domain/filter/schema";

export type StoredFilterResult = { source: EventSource; filter: Filter; problem: null } | { problem: string };

/**
 * Parses and checks a stored filter, or returns a sentence on why it cannot be evaluated. A newer release may have
 * removed its event source or a column.
 */
export function readStoredFilter(
  eventSource: string,
  json: unknown,
  options: FilterCheckOptions = {},
): StoredFilterResult {
  const source = getEventSource(eventSource);
  if (!source) return { problem: `The event source ${eventSource} is not registered.` };
  const filter = Filter.safeParse(json);
  if (!filter.success)
    return {
      problem:
        "The stored filter cannot be read, and is shown as empty: " +
        `${filter.error.issues[0]?.message ?? "it is not a filter"}. Build it anew, or import it.`,
    };
  const problems = checkFilter(source, filter.data, options);
  if (problems.length > 0) return { problem: problems.map((problem) => problem.message).join(" ") };
  return { source, filter: filter.data, problem: null };
}
