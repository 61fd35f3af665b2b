import type { ComputeThreads } from "@/server/compute/compute";
import { isRegexOverBudget, describeRegexOverBudget, type RegexResults } from "@/server/compute/regex-results";
import type { CachedTrigger } from "../matching/cached-trigger";
import { compareTriggerIds, type ActiveTriggerSet } from "../matching/trigger-cache";
import type { PlannedExecution, ParsedEvent } from "./types";

/**
 * The triggers that match an event. `unsure`: triggers whose result is unknown, because a regular expression ran out of
 * time and the result depends on it.
 */
export type MatchedTriggers = { matched: CachedTrigger[]; unsure: { trigger: CachedTrigger; problem: string }[] };

type Input = {
  projectId: string;
  triggers: ActiveTriggerSet;
  events: readonly ParsedEvent[];
  executions: readonly PlannedExecution[];
};

/**
 * Evaluates the slow regular expressions of triggers over a batch's events in a worker thread, before the batch is
 * planned. Null if no trigger has a regular expression.
 */
export async function evaluateRegexesAhead(
  compute: ComputeThreads,
  { projectId, triggers, events, executions }: Input,
): Promise<RegexResults | null> {
  if (!triggers.hasRegexes) return null;
  return compute.evaluateRegexes({ projectId, purpose: "events" }, (lookup) => {
    /*
     * For each source id, the triggers that have an execution or match an earlier event of this batch. Their filters
     * are evaluated even if they do not match, because the execution may be cancelled.
     */
    const involved = new Map<string, Set<string>>();
    const involve = (sourceId: string, triggerId: string): void =>
      void involved.set(sourceId, (involved.get(sourceId) ?? new Set()).add(triggerId));
    for (const { sourceId, triggerId } of executions) involve(sourceId, triggerId);
    for (const { payload, sourceId } of events) {
      for (const { shadow } of triggers.shadowed) shadow?.filter?.compiled.evaluate(payload, lookup);
      const matched = new Set(triggers.match(payload, lookup).map((trigger) => trigger.id));
      for (const id of involved.get(sourceId) ?? [])
        if (!matched.has(id)) void triggers.byId.get(id)?.filter?.compiled.evaluate(payload, lookup).firstFailure;
      for (const id of matched) involve(sourceId, id);
    }
  });
}

/**
 * @param answers the results of regular expressions from the worker thread; null if no trigger has a regular expression
 */
export function matchEvent(
  triggers: ActiveTriggerSet,
  payload: unknown,
  answers: RegexResults | null,
): MatchedTriggers {
  if (answers === null) return { matched: triggers.match(payload), unsure: [] };
  const open = new Set<string>();
  const matched = triggers.match(payload, answers.orNoMatch(open));
  if (open.size === 0) return { matched, unsure: [] };
  const byId = new Map(matched.map((trigger) => [trigger.id, trigger]));
  const unsure: MatchedTriggers["unsure"] = [];
  for (const trigger of triggers.byId.values()) {
    const undecided = trigger.filter?.compiled.regexes.filter((source) => open.has(source)) ?? [];
    if (undecided.length === 0) continue;
    const holds = whateverTheyAre(trigger, payload, { undecided, answers });
    if (holds) byId.set(trigger.id, trigger);
    else byId.delete(trigger.id);
    if (holds === null) unsure.push({ trigger, problem: describeRegexOverBudget(undecided[0]!) });
  }
  return { matched: [...byId.values()].sort(compareTriggerIds), unsure };
}

/**
 * A filter with more expressions without a result than this counts as unsure at once. Each expression doubles the
 * number of cases to try.
 */
const UNDECIDED_MAX = 4;

/**
 * Evaluates a filter for all possible results of the undecided expressions. Returns the filter's result if it is always
 * the same. Null if it differs, if the expressions are too many, or if their time is used up.
 */
function whateverTheyAre(
  trigger: CachedTrigger,
  payload: unknown,
  { undecided, answers }: { undecided: readonly string[]; answers: RegexResults },
): boolean | null {
  if (undecided.length > UNDECIDED_MAX) return null;
  const found = new Set<boolean>();
  try {
    for (let bits = 0; bits < 2 ** undecided.length; bits++) {
      const assumed = new Map(undecided.map((source, index) => [source, (bits & (1 << index)) !== 0]));
      found.add(trigger.filter!.compiled.evaluate(payload, answers.orAssumed(assumed)).matched);
    }
  } catch (error) {
    if (isRegexOverBudget(error)) return null;
    throw error;
  }
  return found.size === 1 ? found.has(true) : null;
}
