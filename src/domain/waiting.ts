import { decideAdmissionByBreaker, type Breaker } from "./breaker";
import { countAllowedRequests, computeNextAllowedTime, type EndpointLimits, type EndpointPace } from "./endpoint-pace";

/**
 * The engine is behind if an execution has been due for this long, in ms. The execution must have no lease, and its
 * action no reason to wait.
 */
export const ENGINE_BEHIND_MS = 2 * 60_000;
/** An action counts as at work if it recorded the result of an attempt within this time, in ms. */
export const ACTION_AT_WORK_MS = 30_000;

/** The kinds of reasons why an execution waits. docs/operations.md explains each. */
export const waitKinds = [
  "ending",
  "paused",
  "not due",
  "breaker",
  "probe",
  "slots",
  "rate",
  "wake",
  "engine",
] as const;

/** The reason why a PENDING execution waits, and the end of its wait. */
export type ExecutionWait = {
  kind: (typeof waitKinds)[number];
  /** the reason of the wait, as a sentence for people */
  reason: string;
  /** the earliest time at which the execution may be sent; null if no such time is known */
  until: Date | null;
};

export type WaitingExecution = {
  dueAt: Date;
  /** the reason with which the execution became PENDING: its delay, or the failure before the retry */
  reason: string;
  isResend: boolean;
  /** its body was removed, so nothing is left to send */
  bodyRemoved: boolean;
};
/**
 * The facts about an execution's project, trigger and action that decide why it waits. `limits` are those of the next
 * claim, which are lower while the endpoint fails. `health` is null if the action never had a wake.
 */
export type WaitCircumstances = {
  projectDeleted: boolean;
  triggerDeleted: boolean;
  action: { deleted: boolean; off: boolean; paused: { by: string } | null; limits: EndpointLimits };
  health: {
    breaker: Breaker;
    pace: EndpointPace;
    faults: { lastSuccessAt: number | null; lastFailureAt: number | null };
  } | null;
};

/**
 * Explains why an execution is PENDING, and when it may be sent. It returns the first reason that applies: it is about
 * to end, its action is paused, it is not due, its endpoint waits, or the engine has not reached it yet.
 */
export function explainWait(
  execution: WaitingExecution,
  { action, health, ...of }: WaitCircumstances,
  now: Date,
): ExecutionWait {
  const ending = whyItEnds(execution, { action, ...of });
  if (ending) return { kind: "ending", reason: ending, until: null };
  if (action.paused)
    return {
      kind: "paused",
      reason: `Waits: ${action.paused.by} paused its action. Nothing is skipped meanwhile.`,
      until: null,
    };
  if (execution.dueAt > now) return { kind: "not due", reason: execution.reason, until: execution.dueAt };
  return (health && whyItsEndpointWaits(health, action.limits, now)) ?? whyNobodyCame(execution, health, now);
}

function whyItEnds(
  { isResend, bodyRemoved }: WaitingExecution,
  { projectDeleted, triggerDeleted, action }: Omit<WaitCircumstances, "health">,
): string | null {
  if (projectDeleted) return "It is about to be cancelled: its project was deleted.";
  if (action.deleted) return "It is about to be cancelled: its action was deleted.";
  if (triggerDeleted && !isResend) return "It is about to be cancelled: its trigger was deleted.";
  if (action.off) return "It is about to be skipped: its action is off.";
  if (bodyRemoved) return "It is about to end: its body was removed, so there is nothing to send.";
  return null;
}

function whyItsEndpointWaits(
  { breaker, pace }: { breaker: Breaker; pace: EndpointPace },
  limits: EndpointLimits,
  now: Date,
): ExecutionWait | null {
  const at = now.getTime();
  const gate = decideAdmissionByBreaker(breaker, at);
  if (gate.kind === "none" && breaker.probe && breaker.openUntil !== null && breaker.openUntil <= at)
    return {
      kind: "probe",
      reason: "Waits for a probe that is on the wire: its endpoint kept failing. No attempt is spent meanwhile.",
      until: new Date(gate.until),
    };
  if (gate.kind === "none")
    return {
      kind: "breaker",
      reason: `Paused until ${clock(gate.until)}: its endpoint keeps failing. No attempt is spent meanwhile.`,
      until: new Date(gate.until),
    };
  if (countAllowedRequests(pace, limits, { count: 1, now: at }) > 0) return null;
  const until = new Date(computeNextAllowedTime(pace, limits, at));
  if (countAllowedRequests(pace, { ...limits, maxPerSecond: null }, { count: 1, now: at }) === 0)
    return {
      kind: "slots",
      reason:
        `Waits for a free slot: its endpoint has ${limits.maxConcurrent} requests on the wire, ` +
        "as many as it may have now.",
      until,
    };
  return { kind: "rate", reason: `Waits for its turn: its action sends ${limits.maxPerSecond} a second.`, until };
}

function whyNobodyCame({ dueAt }: WaitingExecution, health: WaitCircumstances["health"], now: Date): ExecutionWait {
  const dueForMs = now.getTime() - dueAt.getTime();
  if (dueForMs < ENGINE_BEHIND_MS) return { kind: "wake", reason: "Due: it is sent in a moment.", until: now };
  const sentAt = Math.max(health?.faults.lastSuccessAt ?? 0, health?.faults.lastFailureAt ?? 0);
  if (now.getTime() - sentAt < ACTION_AT_WORK_MS)
    return { kind: "wake", reason: "Due: its action sends other executions first.", until: null };
  const minutes = Math.floor(dueForMs / 60_000);
  return {
    kind: "engine",
    reason: `Due for ${minutes} minutes, and nobody works on it: the engine is behind, or does not run the deliverer.`,
    until: null,
  };
}

const clock = (ms: number): string => `${new Date(ms).toISOString().slice(11, 19)} UTC`;
