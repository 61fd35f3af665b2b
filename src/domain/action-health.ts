import { admissionByBreaker, type Breaker } from "./breaker";

/** The five words for an action's health. */
export type ActionHealthWord = "healthy" | "degraded" | "paused" | "off" | "no traffic";

/** An action is degraded if a smaller share of its attempts of the last hour succeeded. */
export const DEGRADED_BELOW_SUCCESS_RATE = 0.95;

/** The facts about an action and its endpoint: its switches, its breaker, its attempts and its queue. */
export type ActionHealthFacts = {
  /** `reason` is null if a person switched the action off */
  off: { since: Date; reason: string | null } | null;
  paused: { since: Date; by: string } | null;
  breaker: Breaker | null;
  /** the first failure since the last success */
  failingSince: Date | null;
  lastHour: { attempts: number; succeeded: number };
};

/** The health of an action, with the data that pages put into words. */
export type ActionHealth = {
  word: ActionHealthWord;
  /** the time at which this health began; null if it is not known */
  since: Date | null;
  /** the time of the next probe of a paused endpoint; null if it is unknown, or if a person paused the action */
  until: Date | null;
  /** the endpoint is paused, and a probe may leave or is on the wire */
  isProbing: boolean;
  /** the person who paused the action */
  pausedBy: string | null;
  /** the reason why the program switched the action off */
  offReason: string | null;
  /** the share of successful attempts of the last hour, 0 to 1; null without attempts */
  successRate: number | null;
  /** whether a person should look at the action: its endpoint fails, or its executions wait for a person */
  needsAttention: boolean;
};

/** Derives the health of an action. The first state that holds counts: off, paused, degraded, no traffic, healthy. */
export function deriveActionHealth(facts: ActionHealthFacts, now: Date): ActionHealth {
  const { off, paused, breaker, failingSince, lastHour } = facts;
  const successRate = lastHour.attempts === 0 ? null : lastHour.succeeded / lastHour.attempts;
  const plain = { since: null, until: null, isProbing: false, pausedBy: null, offReason: null, successRate };
  if (off)
    return { ...plain, word: "off", since: off.since, offReason: off.reason, needsAttention: off.reason !== null };
  if (paused) return { ...plain, word: "paused", since: paused.since, pausedBy: paused.by, needsAttention: true };
  if (breaker?.openUntil != null) return { ...plain, ...breakerPause(breaker, failingSince, now) };
  const isFailing = successRate === null ? failingSince !== null : successRate < DEGRADED_BELOW_SUCCESS_RATE;
  if (isFailing) return { ...plain, word: "degraded", since: failingSince, needsAttention: true };
  return { ...plain, word: successRate === null ? "no traffic" : "healthy", needsAttention: false };
}

function breakerPause(breaker: Breaker, failingSince: Date | null, now: Date) {
  const gate = admissionByBreaker(breaker, now.getTime());
  const isProbing = gate.kind !== "none" || (breaker.probe !== null && now.getTime() >= breaker.openUntil!);
  return {
    word: "paused" as const,
    since: failingSince ?? (breaker.openedAt === null ? null : new Date(breaker.openedAt)),
    until: isProbing ? null : new Date(breaker.openUntil!),
    isProbing,
    needsAttention: true,
  };
}

/** The rank of each health in a sorted list. Actions in trouble come first. */
export const actionHealthRank: Record<ActionHealthWord, number> = {
  paused: 0,
  degraded: 1,
  off: 2,
  healthy: 3,
  "no traffic": 4,
};
