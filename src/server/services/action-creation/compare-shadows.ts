import type { EventSource } from "@/domain/event-source/event-source";
import { sampleByHash, chooseIdToHash, type SamplingBy } from "@/domain/sampling";
import { compareShadowOutcomes, type ShadowComparison, type ShadowOutcome } from "@/domain/shadow";
import type { RegexResults } from "@/server/compute/regex-results";
import type { ActiveTriggerSet } from "../matching/trigger-cache";
import type { MatchedTriggers } from "./match-event";
import type { ParsedEvent } from "./types";

/** How one shadow (a trial filter of a trigger) and its trigger compared over the events of one batch. */
export type ShadowBatchComparison = {
  counts: Record<ShadowComparison | "undecided", number>;
  /**
   * the last difference for each source id; null if the trigger and the shadow agreed about the latest event that both
   * could decide
   */
  differences: Map<string, { eventId: string; active: ShadowOutcome; proposed: ShadowOutcome } | null>;
};

type Input = {
  source: EventSource;
  triggers: ActiveTriggerSet;
  answers: RegexResults | null;
  event: ParsedEvent;
  /** the triggers that match the event, and those whose result is unknown */
  verdict: MatchedTriggers;
};

/**
 * Evaluates the shadow of each trigger over an event, and counts whether the shadow and the trigger agree, differ, or
 * cannot both be decided.
 */
export function compareShadows(tallies: Map<string, ShadowBatchComparison>, input: Input): void {
  const { source, triggers, answers, event, verdict } = input;
  const links = { sourceId: event.sourceId, ...source.links(event.payload) };
  for (const trigger of triggers.shadowed) {
    const { shadow } = trigger;
    if (!shadow) continue;
    const tally = tallyOf(tallies, shadow.id);
    const open = new Set<string>();
    const matches = shadow.filter?.compiled.evaluate(event.payload, answers?.orNoMatch(open)).matched;
    const isUnsure = trigger.filter === null || verdict.unsure.some((one) => one.trigger.id === trigger.id);
    if (matches === undefined || open.size > 0 || isUnsure) {
      tally.counts.undecided += 1;
      continue;
    }
    const outcomeOf = (matched: boolean, by: { samplingRate: number; samplingBy: SamplingBy }): ShadowOutcome => {
      if (!matched) return "not_matched";
      const key = chooseIdToHash({ by: by.samplingBy, ...links });
      return sampleByHash({ triggerId: trigger.id, key, rate: by.samplingRate }).sampled ? "fires" : "sampled_out";
    };
    const active = outcomeOf(verdict.matched.includes(trigger), trigger);
    const proposed = outcomeOf(matches, shadow);
    const comparison = compareShadowOutcomes(active, proposed);
    tally.counts[comparison] += 1;
    const differs = comparison === "more" || comparison === "fewer";
    tally.differences.set(event.sourceId, differs ? { eventId: event.id, active, proposed } : null);
  }
}

function tallyOf(tallies: Map<string, ShadowBatchComparison>, shadowId: string): ShadowBatchComparison {
  let tally = tallies.get(shadowId);
  if (!tally) {
    tally = { counts: { bothFired: 0, more: 0, fewer: 0, neither: 0, undecided: 0 }, differences: new Map() };
    tallies.set(shadowId, tally);
  }
  return tally;
}
