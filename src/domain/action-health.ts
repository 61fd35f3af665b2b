import { decideAdmissionByBreaker, type Breaker } from "./breaker";

/** The health of an action in one word, as pages show it. */
export type ActionHealthWord = "healthy" | "degraded" | "paused" | "off" | "no traffic";

/**
 * An action counts as degraded if less than this share of its attempts in the last hour succeeded. Without attempts in
 * that hour, it counts as degraded if its last attempt failed.
 */
export const DEGRADED_BELOW_SUCCESS_RATE = 0.95;

/**
 * The stored facts from which an action's health is derived: its switches, its circuit breaker, its recent attempts.
 */
export type ActionHealthFacts = {
  /** `programReason`: why the program switched the action off; null if a person did */
  off: { since: Date; programReason: string | null } | null;
  paused: { since: Date; by: string } | null;
  breaker: Breaker | null;
  /** the time of the first failure since the last success; null if no attempt has failed since then */
  failingSince: Date | null;
  lastHour: { attempts: number; succeeded: number };
};

/** The health of an action, and the facts that pages show beside the word. */
export type ActionHealth = {
  word: ActionHealthWord;
  /**
   * the time of the switch-off or of a person's pause; for a breaker's pause and a degraded action, the time of the
   * first failure since the last success. If that is unknown, it is the time when the breaker opened, or null
   */
  since: Date | null;
  /**
   * the time of the next probe request to an endpoint that the breaker paused; null without such a pause, and while the
   * probe is due or under way
   */
  until: Date | null;
  /** whether the breaker paused the endpoint, and its probe request is due or under way */
  isProbing: boolean;
  /** the person who paused the action */
  pausedBy: string | null;
  /** why the program switched the action off; null if a person did, or the action is on */
  offReason: string | null;
  /** the share of successful attempts of the last hour, 0 to 1; null without attempts */
  successRate: number | null;
  /** whether a person should look at the action: it is paused or degraded, or the program switched it off */
  needsAttention: boolean;
};

/** Derives the health of an action. The first word that applies counts: off, paused, degraded, no traffic, healthy. */
export function deriveActionHealth(facts: ActionHealthFacts, now: Date): ActionHealth {
  const { off, paused, breaker, failingSince, lastHour } = facts;
  const successRate = lastHour.attempts === 0 ? null : lastHour.succeeded / lastHour.attempts;
  const plain = { since: null, until: null, isProbing: false, pausedBy: null, offReason: null, successRate };
  if (off) {
    const { since, programReason } = off;
    return { ...plain, word: "off", since, offReason: programReason, needsAttention: programReason !== null };
  }
  if (paused) return { ...plain, word: "paused", since: paused.since, pausedBy: paused.by, needsAttention: true };
  if (breaker?.openUntil != null) return { ...plain, ...breakerPause(breaker, failingSince, now) };
  const isFailing = successRate === null ? failingSince !== null : successRate < DEGRADED_BELOW_SUCCESS_RATE;
  if (isFailing) return { ...plain, word: "degraded", since: failingSince, needsAttention: true };
  return { ...plain, word: successRate === null ? "no traffic" : "healthy", needsAttention: false };
}

function breakerPause(breaker: Breaker, failingSince: Date | null, now: Date) {
  const gate = decideAdmissionByBreaker(breaker, now.getTime());
  const isProbing = gate.kind !== "none" || (breaker.probe !== null && now.getTime() >= breaker.openUntil!);
  return {
    word: "paused" as const,
    since: failingSince ?? (breaker.openedAt === null ? null : new Date(breaker.openedAt)),
    until: isProbing ? null : new Date(breaker.openUntil!),
    isProbing,
    needsAttention: true,
  };
}

/** The rank of each health word in sorted lists. Actions in trouble come first. */
export const actionHealthRank: Record<ActionHealthWord, number> = {
  paused: 0,
  degraded: 1,
  off: 2,
  healthy: 3,
  "no traffic": 4,
};
