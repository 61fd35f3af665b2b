import type { Compute } from "@/server/compute/compute";
import { isRegexOverBudget, regexOverBudgetReason, type RegexResults } from "@/server/compute/regex-results";
import type { CachedTrigger } from "../matching/cached-trigger";
import { compareTriggerIds, type TriggerSet } from "../matching/trigger-cache";
import type { PlannedExecution, ParsedEvent } from "./types";

/**
 * The triggers that match an event. `unsure` holds triggers whose regular expressions ran out of time, if the match
 * depends on them.
 */
export type MatchedTriggers = { matched: CachedTrigger[]; unsure: { trigger: CachedTrigger; problem: string }[] };

type Input = {
  projectId: string;
  triggers: TriggerSet;
  events: readonly ParsedEvent[];
  executions: readonly PlannedExecution[];
};

/** Evaluates a batch's slow regular expressions in a thread. Null if no trigger has one. */
export async function evaluateRegexesAhead(
  compute: Compute,
  { projectId, triggers, events, executions }: Input,
): Promise<RegexResults | null> {
  if (!triggers.hasRegexes) return null;
  return compute.evaluateRegexes({ projectId, purpose: "events" }, (lookup) => {
    // The map includes triggers that matched earlier and no longer match.
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

/** Returns the triggers that match an event. */
export function matchEvent(triggers: TriggerSet, payload: unknown, answers: RegexResults | null): MatchedTriggers {
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
    if (holds === null) unsure.push({ trigger, problem: regexOverBudgetReason(undecided[0]!) });
  }
  return { matched: [...byId.values()].sort(compareTriggerIds), unsure };
}

/** The most undecided expressions of a filter: each further one doubles the cases. */
const UNDECIDED_MAX = 4;

/** Returns the filter's result if it is the same for every answer of these expressions; otherwise null. */
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
