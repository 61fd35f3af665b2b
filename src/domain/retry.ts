import { z } from "zod";
import { attemptErrorFacts, type AttemptErrorCode } from "./attempt-error";

const DELAY_MAX_SECONDS = 86_400;
const DELAYS_MAX = 20;

/** The policy for retries. A custom list holds the delay before the second attempt, before the third, and so on. */
export const RetryPolicy = z.discriminatedUnion("preset", [
  z.object({ preset: z.enum(["standard", "fast", "none"]) }),
  z.object({
    preset: z.literal("custom"),
    delaysSeconds: z
      .array(
        z
          .number()
          .int("must be whole seconds")
          .min(1, "must be at least 1 s")
          .max(DELAY_MAX_SECONDS, "must be at most a day"),
      )
      .min(1, "add at least one delay, or choose no retries")
      .max(DELAYS_MAX, `at most ${DELAYS_MAX} retries`),
  }),
]);
export type RetryPolicy = z.infer<typeof RetryPolicy>;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/**
 * `standard` is the table of Standard Webhooks 1.0: 10 attempts over 75.6 h. `fast` is 6 attempts within an hour,
 * jitter included.
 */
const presets: Record<"standard" | "fast" | "none", readonly number[]> = {
  standard: [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
  fast: [5, 30, 2 * MINUTE, 10 * MINUTE, 35 * MINUTE],
  none: [],
};

/** Returns the delay before the second attempt, before the third, and so on, in seconds. */
export const retryDelaysOf = (policy: RetryPolicy): readonly number[] =>
  policy.preset === "custom" ? policy.delaysSeconds : presets[policy.preset];

/** The receiver's wishes about the next attempt. The texts fit behind "because". */
type Wishes = {
  /** the reason why the action must be switched off */
  switchOff?: string;
  /** the reason why the execution gets no further attempt */
  abort?: string;
  /** the receiver is too busy: the next attempt waits at least a minute */
  isBusy?: true;
  /** the wait that the receiver asks for, ms */
  waitMs?: number;
};

/**
 * The outcome of one attempt, for any transport. `refused`: the receiver took the whole message and refused it. Its
 * `code` is an ErrorKind or another word, which statistics count as `other`. `error`: no complete answer came.
 */
export type AttemptOutcome = Wishes &
  (
    | { kind: "delivered"; reason: string }
    | { kind: "refused"; code: string; reason: string }
    /** `reason` says more than the words of the error code */
    | { kind: "error"; code: AttemptErrorCode; reason?: string }
  );

/** Returns the code of an outcome for the history; null for a delivery. */
export const readOutcomeCode = (outcome: AttemptOutcome): string | null =>
  outcome.kind === "delivered" ? null : outcome.code;

export type StepAfterAttempt =
  | { result: "succeeded"; reason: string; disableAction?: true }
  | { result: "retry"; at: Date; reason: string }
  | { result: "failed"; reason: string; disableAction?: true };

/** The least wait after a timeout, and after an answer that says "busy". */
const BUSY_WAIT_MS = 60_000;
const HOUR_MS = 3_600_000;
/**
 * The most attempts beyond the retry policy, about a minute apart. Such an attempt follows only a failure by this
 * program's own load.
 */
const OVERLOAD_RETRIES_MAX = 10;
const JITTER = 0.2;

export type StepAfterAttemptInput = {
  policy: RetryPolicy;
  /** the attempts of this schedule so far, including the one that just ended */
  attemptsSpent: number;
  outcome: AttemptOutcome;
  now: Date;
  /** a random number in [0, 1), for the jitter */
  random: number;
};

/**
 * Decides what follows an attempt: success, a retry, or the end. Some errors and some answers end an execution at once.
 * All other failures are retried by the policy. A failure by this program's own load is retried beyond the policy too.
 * After a timeout or a busy answer, the retry waits at least a minute. A receiver can ask for a longer wait. It gets at
 * most an hour, or twice the wait without its wish if that is longer.
 */
export function decideStepAfterAttempt(input: StepAfterAttemptInput): StepAfterAttempt {
  const { policy, attemptsSpent, outcome, now, random } = input;
  const ended = endOf(outcome);
  if (ended) return ended;

  const schedule = retryDelaysOf(policy);
  const delaySeconds = schedule[attemptsSpent - 1] ?? delayBeyond(schedule, attemptsSpent, outcome);
  const what = describeOutcome(outcome);
  // The reason for giving up leaves out the number of tries, because pages show all tries, also those before a resend.
  if (delaySeconds === undefined) return { result: "failed", reason: `Gave up: ${what}.` };
  const own = delaySeconds * 1_000 * (1 + JITTER * (2 * random - 1));
  const wait = waitFor(outcome, own);
  return {
    result: "retry",
    at: new Date(now.getTime() + Math.round(wait)),
    reason: `Attempt ${attemptsSpent} of ${schedule.length + 1} failed: ${what}.`,
  };
}

function delayBeyond(schedule: readonly number[], attemptsSpent: number, outcome: AttemptOutcome): number | undefined {
  const isOverload = outcome.kind === "error" && attemptErrorFacts[outcome.code].isOverload === true;
  return isOverload && attemptsSpent <= schedule.length + OVERLOAD_RETRIES_MAX ? MINUTE : undefined;
}

function endOf(outcome: AttemptOutcome): StepAfterAttempt | null {
  if (outcome.kind === "error" && attemptErrorFacts[outcome.code].isFinal)
    return { result: "failed", reason: `Ended without a retry: ${describeOutcome(outcome)}.` };
  const delivered = outcome.kind === "delivered";
  if (outcome.switchOff !== undefined)
    return {
      result: delivered ? "succeeded" : "failed",
      reason: `The action was switched off: ${outcome.switchOff}.`,
      disableAction: true,
    };
  if (delivered) return { result: "succeeded", reason: outcome.reason };
  return outcome.abort === undefined ? null : { result: "failed", reason: `Ended: ${outcome.abort}.` };
}

function waitFor(outcome: AttemptOutcome, own: number): number {
  const isTimeout = outcome.kind === "error" && outcome.code === "timeout";
  const least = isTimeout || outcome.isBusy ? Math.max(own, BUSY_WAIT_MS) : own;
  if (outcome.waitMs === undefined) return least;
  return Math.min(Math.max(outcome.waitMs, least), Math.max(2 * least, HOUR_MS));
}

const describeOutcome = (outcome: AttemptOutcome): string =>
  outcome.kind === "error" ? (outcome.reason ?? attemptErrorFacts[outcome.code].reason) : outcome.reason;
