import { getEventSource } from "@/domain/event-source/registry";
import { describeFilter } from "@/domain/filter/describe-filter";
import type { ConditionResult } from "@/domain/filter/compile-filter";
import { Filter, type FilterGroup } from "@/domain/filter/schema";
import type { EvaluateFilter } from "@/server/compute/compute";

export type ExplainedCondition = ConditionResult & {
  /** the name of the column for people */
  label: string;
  /**
   * the kinds of the groups around the condition (all, any, none), from the root down; one for each number in `path`
   */
  groups: FilterGroup["match"][];
  /** true if this reader may not see the value, because it comes from an input, output or metadata */
  hidden: boolean;
};

export type FilterExplanation = {
  sentence: string;
  /** whether the filter matches; null if it cannot be evaluated, and `problem` has the reason */
  matched: boolean | null;
  problem: string | null;
  /**
   * true if the trigger has changed since the decision and its old filter is not stored, so that the current filter was
   * evaluated
   */
  triggerChanged: boolean;
  conditions: ExplainedCondition[];
};

export type ExplainFilterInput = {
  eventSource: string;
  /** the stored filter, not parsed yet */
  filter: unknown;
  /** the subject's state as JSON text; null if it is no longer stored */
  state: string | null;
  triggerChanged: boolean;
  seesBodies: boolean;
};

/**
 * Evaluates each condition of a trigger's filter over a subject's state and explains the result. It never throws: if
 * the filter cannot be evaluated, `problem` says why.
 * @param look the function that evaluates a filter over a state
 */
export function explainFilter(
  { eventSource, filter, state, triggerChanged, seesBodies }: ExplainFilterInput,
  look: EvaluateFilter,
): FilterExplanation {
  const source = getEventSource(eventSource);
  const parsed = Filter.safeParse(filter);
  const unknown = (sentence: string, problem: string): FilterExplanation => ({
    sentence,
    matched: null,
    problem,
    triggerChanged,
    conditions: [],
  });
  if (!source) return unknown("", `The event source ${eventSource} is not registered.`);
  if (!parsed.success) return unknown("", "The trigger's filter cannot be read.");
  const sentence = describeFilter(source, parsed.data);
  if (state === null) return unknown(sentence, `The ${source.noun.one} is not kept any more.`);
  try {
    const { result } = look(filter, state);
    const columns = new Map(source.columns.map((column) => [column.id, column]));
    const conditions = result.conditions.map((condition): ExplainedCondition => {
      const column = columns.get(condition.column);
      const hidden = !seesBodies && column?.isBody === true;
      const label = column?.label ?? condition.column;
      const groups = groupsAround(parsed.data, condition.path);
      return hidden
        ? {
            ...condition,
            seen: null,
            reason: `${label}: what was seen is hidden, as you may not read bodies.`,
            label,
            groups,
            hidden,
          }
        : { ...condition, label, groups, hidden };
    });
    return { sentence, matched: result.matched, problem: null, triggerChanged, conditions };
  } catch (error) {
    return unknown(sentence, (error as Error).message);
  }
}

function groupsAround(root: FilterGroup, path: readonly number[]): FilterGroup["match"][] {
  const words: FilterGroup["match"][] = [];
  let group = root;
  for (const index of path) {
    words.push(group.match);
    const child = group.children[index];
    if (child?.type !== "group") break;
    group = child;
  }
  return words;
}
