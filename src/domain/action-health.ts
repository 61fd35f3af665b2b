import { admission, type Breaker } from "./breaker";

/** The five words for an action's health. */
export type HealthWord = "healthy" | "degraded" | "paused" | "off" | "no traffic";

/** An action is degraded if fewer of its attempts of the last hour succeeded. */
export const DEGRADED_BELOW = 0.95;

/** What is known of an action and its endpoint: its switches, its breaker, its attempts and its queue. */
export type HealthFacts = {
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
  word: HealthWord;
  /** the begin of this state; null if it is not known */
  since: Date | null;
  /** the next probe of a paused endpoint; null if nobody knows, or if a person paused the action */
  until: Date | null;
  /** a probe of the paused endpoint may go, or is on the wire */
  isProbing: boolean;
  /** the person who paused the action */
  pausedBy: string | null;
  /** why the program switched the action off */
  offReason: string | null;
  /** 0 to 1, of the last hour; null without attempts */
  successRate: number | null;
  /** whether a person should look: the endpoint fails, or executions wait for a person */
  needsAttention: boolean;
};

/** Derives the health of an action. The first state that holds counts: off, paused, degraded, no traffic, healthy. */
export function actionHealth(facts: HealthFacts, now: Date): ActionHealth {
  const { off, paused, breaker, failingSince, lastHour } = facts;
  const successRate = lastHour.attempts === 0 ? null : lastHour.succeeded / lastHour.attempts;
  const plain = { since: null, until: null, isProbing: false, pausedBy: null, offReason: null, successRate };
  if (off)
    return { ...plain, word: "off", since: off.since, offReason: off.reason, needsAttention: off.reason !== null };
  if (paused) return { ...plain, word: "paused", since: paused.since, pausedBy: paused.by, needsAttention: true };
  if (breaker?.openUntil != null) return { ...plain, ...breakerPause(breaker, failingSince, now) };
  const isFailing = successRate === null ? failingSince !== null : successRate < DEGRADED_BELOW;
  if (isFailing) return { ...plain, word: "degraded", since: failingSince, needsAttention: true };
  return { ...plain, word: successRate === null ? "no traffic" : "healthy", needsAttention: false };
}

function breakerPause(breaker: Breaker, failingSince: Date | null, now: Date) {
  const gate = admission(breaker, now.getTime());
  const isProbing = gate.kind !== "none" || (breaker.probe !== null && now.getTime() >= breaker.openUntil!);
  return {
    word: "paused" as const,
    since: failingSince ?? (breaker.openedAt === null ? null : new Date(breaker.openedAt)),
    until: isProbing ? null : new Date(breaker.openUntil!),
    isProbing,
    needsAttention: true,
  };
}

/** A rank to sort by: troubled actions first, in the order in which a person should look. */
export const healthRank: Record<HealthWord, number> = {
  paused: 0,
  degraded: 1,
  off: 2,
  healthy: 3,
  "no traffic": 4,
};
