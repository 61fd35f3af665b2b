import type { ShownConditionResult } from "@/features/shared/condition-result-list";
import type { EventSource } from "@/domain/event-source/event-source";
import { compileFilter } from "@/domain/filter/compile-filter";
import type { Filter } from "@/domain/filter/schema";

/** The result of an edited filter on the chosen event. */
export type FilterTrial = {
  matched: boolean;
  /** whether sampling lets the event through; null for the sample event, which has no sampling bucket */
  sampled: { sampled: boolean; bucket: number } | null;
  conditions: readonly (ShownConditionResult & { column: string; reason: string })[];
};

/**
 * Evaluates a filter on the payload of the event source's sample event, in the browser. The filter must have no
 * problems.
 */
export function tryFilterOnSample(source: EventSource, filter: Filter, payload: unknown): FilterTrial {
  const { matched, conditions } = compileFilter(source, filter).explain(payload);
  const labels = new Map(source.columns.map(({ id, label }) => [id, label]));
  return {
    matched,
    sampled: null,
    conditions: conditions.map((condition) => ({
      ...condition,
      label: labels.get(condition.column) ?? condition.column,
      hidden: false,
    })),
  };
}
