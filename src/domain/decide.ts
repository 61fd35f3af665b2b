import type { ExecutionStatus } from "./execution";
import { isTerminalStatus } from "./execution";
import type { DelayMode } from "./trigger";
import { sampleByHash, chooseIdToHash, type SamplingBy, type SamplingIds } from "./sampling";

export type ExistingExecution = {
  status: ExecutionStatus;
  attemptsMade: number;
  cancelledBy: "system" | "user" | null;
  isResend: boolean;
  createdAt: Date;
  dueAt: Date;
};

export type DecisionInput = {
  trigger: { id: string; samplingRate: number; samplingBy: SamplingBy; delaySeconds: number; delayMode: DelayMode };
  action: { id: string; enabled: boolean };
  /** the filter's result; `failure` is the first failed condition, with the value that it saw; null if there is none */
  evaluation: { matched: boolean; failure: { reason: string } | null };
  /** the execution of this trigger, action and source id; null if there is none */
  existing: ExistingExecution | null;
  /** whether the trigger's hourly cap allows one more execution */
  roomUnderCap: boolean;
  keys: SamplingIds;
  now: Date;
};

/**
 * The decision for one event, one trigger and one action. Everybody who may read the project may read `reason`. `seen`
 * names the failed condition and quotes the value that it saw. The value can be part of a body, so `seen` needs the
 * permission `body:read`.
 */
export type Decision = { reason: string; seen?: string } & (
  | { kind: "created"; status: "PENDING"; dueAt: Date }
  | { kind: "created"; status: "SKIPPED"; skipReason: "action off"; dueAt: Date }
  | { kind: "over_cap"; status: "SKIPPED" }
  | { kind: "skipped_exists"; effect: "none" }
  /** `dueAt` is null if the execution keeps its due time */
  | { kind: "skipped_exists"; effect: "renew_input"; dueAt: Date | null }
  | { kind: "skipped_exists"; effect: "rearm"; dueAt: Date }
  /** `cancel` ends a PENDING execution. `mark` lets the running attempt finish and forbids a retry */
  | { kind: "cancelled"; effect: "cancel" | "mark" }
  | { kind: "not_matched" }
  | { kind: "not_matched_finished" }
  | { kind: "sampled_out"; bucket: number; rate: number }
  | { kind: "ignored_older" }
  | { kind: "filter_error" }
);

/**
 * Decides about an event. It checks in this order: the filter, an existing execution, sampling, the hourly cap, whether
 * the action is on. For an older event and a filter with an error, see `makeOlderEventDecision` and
 * `filterErrorDecision`. The function is pure, so that the live path, a preview and an explanation cannot disagree.
 */
export function decideOnEvent(input: DecisionInput): Decision {
  if (!input.evaluation.matched) return notMatched(input);
  if (input.existing) return matchedAgain(input, input.existing);

  const { trigger, action, now } = input;
  const { sampled, bucket } = sampleByHash({
    triggerId: trigger.id,
    key: chooseIdToHash({ by: trigger.samplingBy, ...input.keys }),
    rate: trigger.samplingRate,
  });
  if (!sampled) {
    const reason = `Sampled out: its bucket ${bucket.toFixed(4)} is not below the rate ${trigger.samplingRate}.`;
    return { kind: "sampled_out", bucket, rate: trigger.samplingRate, reason };
  }
  if (!input.roomUnderCap)
    return { kind: "over_cap", status: "SKIPPED", reason: "Skipped: over the trigger's cap of executions an hour." };
  if (!action.enabled)
    return {
      kind: "created",
      status: "SKIPPED",
      skipReason: "action off",
      dueAt: now,
      reason: "Matched, but skipped: its action is off.",
    };
  const reason =
    trigger.delaySeconds === 0
      ? "Matched."
      : trigger.delayMode === "quiet"
        ? `Matched; waits until it has been quiet for ${trigger.delaySeconds} s.`
        : `Matched; waits ${trigger.delaySeconds} s for the trigger's delay.`;
  return { kind: "created", status: "PENDING", dueAt: dueAt(input), reason };
}

function notMatched({ evaluation, existing }: DecisionInput): Decision {
  const seen = evaluation.failure?.reason ?? "the filter did not hold";
  if (!existing) return { kind: "not_matched", reason: "Not matched", seen };
  if (isTerminalStatus(existing.status))
    return { kind: "not_matched_finished", reason: `Not matched: already finished (${existing.status})`, seen };
  if (existing.isResend)
    return {
      kind: "skipped_exists",
      effect: "none",
      reason: "Not matched, but a person sent it again, and that is never cancelled automatically.",
    };
  if (existing.status === "RUNNING")
    return {
      kind: "cancelled",
      effect: "mark",
      reason: "Cancelled: no longer matches. An attempt is under way, and none follows it",
      seen,
    };
  return { kind: "cancelled", effect: "cancel", reason: "Cancelled: no longer matches", seen };
}

/**
 * Adds the value that the condition saw to a decision's reason. For a person without `body:read` the text says that the
 * value is hidden. Without a value the reason stays as it is.
 */
export function describeDecisionReason(reason: string, seen: string | null | undefined, seesBodies: boolean): string {
  if (seen == null) return reason;
  return seesBodies ? `${reason}: ${seen}` : `${reason}. The value seen is hidden, as you may not read bodies.`;
}

function matchedAgain(input: DecisionInput, existing: ExistingExecution): Decision {
  const kind = "skipped_exists" as const;
  if (existing.status === "PENDING" && existing.attemptsMade === 0) {
    const { delayMode, delaySeconds } = input.trigger;
    const settles = delayMode === "quiet" && delaySeconds > 0;
    const until = settles ? `, and waits until it has been quiet for ${delaySeconds} s` : "";
    const reason = `Matched again while it waits: the execution has the newer state now${until}.`;
    return { kind, effect: "renew_input", dueAt: settles ? dueWhenQuiet(input, existing) : null, reason };
  }
  if (existing.status === "CANCELLED" && existing.cancelledBy === "system" && existing.attemptsMade === 0) {
    if (!input.action.enabled) return { kind, effect: "none", reason: "Matched again, but its action is off." };
    return { kind, effect: "rearm", dueAt: dueAt(input), reason: "Matches again: the automatic cancel is undone." };
  }
  const what =
    existing.status === "CANCELLED" && existing.cancelledBy === "user"
      ? "a person cancelled it"
      : `it is ${existing.status}`;
  return {
    kind,
    effect: "none",
    reason: `Skipped: an execution exists already for this trigger, action and source; ${what}.`,
  };
}

const dueAt = ({ trigger, now }: DecisionInput): Date => new Date(now.getTime() + trigger.delaySeconds * 1_000);

const LONGEST_WAIT_PERIODS = 10;
const LONGEST_WAIT_MAX_SECONDS = 86_400;

/**
 * Returns the longest time that an execution waits for quiet, in seconds: ten quiet periods, at most 24 h, at least one
 * period.
 */
export const computeLongestQuietWaitSeconds = (delaySeconds: number): number =>
  Math.max(delaySeconds, Math.min(LONGEST_WAIT_PERIODS * delaySeconds, LONGEST_WAIT_MAX_SECONDS));

/**
 * Returns the due time after a newer state has restarted the quiet period: one delay from now, but not after the
 * longest wait. The longest wait counts from the creation of the execution. A re-armed execution may be due later than
 * that; then it keeps its due time.
 */
function dueWhenQuiet(input: DecisionInput, { createdAt, dueAt: before }: ExistingExecution): Date {
  const latest = createdAt.getTime() + computeLongestQuietWaitSeconds(input.trigger.delaySeconds) * 1_000;
  return new Date(Math.min(dueAt(input).getTime(), Math.max(latest, before.getTime())));
}

/** The decision for an event that is older than the stored state. The event changes nothing. */
export const makeOlderEventDecision = (): Decision => ({
  kind: "ignored_older",
  reason: "Ignored: a newer state is stored already.",
});

/** The decision for a filter that cannot be evaluated. Pages show it as an error, not as a non-match. */
export const filterErrorDecision = (problem: string): Decision => ({
  kind: "filter_error",
  reason: `The filter cannot be evaluated: ${problem}`,
});

const labels: Record<Decision["kind"], string> = {
  created: "created",
  over_cap: "skipped: over the cap",
  skipped_exists: "skipped: exists",
  cancelled: "cancelled: no longer matches",
  not_matched: "not matched",
  not_matched_finished: "not matched: already finished",
  sampled_out: "sampled out",
  ignored_older: "ignored: older state",
  filter_error: "error: filter",
};

/** Returns the label of a kind of decision, for lists. */
export const getDecisionLabel = (kind: Decision["kind"]): string => labels[kind];
