import { z } from "zod";
import { attemptErrors, type AttemptErrorCode } from "./attempt-error";
import { parseHttpDate } from "./http-date";

const DELAY_MAX_SECONDS = 86_400;
const DELAYS_MAX = 20;

/** The policy for retries. A custom list holds the delays before the second attempt, the third, and so on. */
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

/** Returns the delays before the second attempt, the third, and so on, in seconds. */
export const scheduleOf = (policy: RetryPolicy): readonly number[] =>
  policy.preset === "custom" ? policy.delaysSeconds : presets[policy.preset];

/** The parts of a receiver's answer that retries depend on. Header values are as received, null without the header. */
export type AnswerHead = { status: number; retryAfter: string | null; webhookDelivery: string | null };

/**
 * The outcome of one attempt. `answer` is the head that had arrived when the attempt failed in the body of its answer.
 */
export type AttemptOutcome =
  ({ kind: "response" } & AnswerHead) | { kind: "error"; code: AttemptErrorCode; answer?: AnswerHead };

export type NextAttempt =
  | { result: "succeeded"; reason: string; disableAction?: true }
  | { result: "retry"; at: Date; reason: string }
  | { result: "failed"; reason: string; disableAction?: true };

/** Statuses that say "too much" or "not now". The next attempt waits at least a minute. */
const busyStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const BUSY_WAIT_MS = 60_000;
const HOUR_MS = 3_600_000;
/** After the policy's last attempt, a fault of this program allows so many more, each a minute later. */
const OWN_FAULTS_MAX = 10;
const JITTER = 0.2;

export type NextAttemptInput = {
  policy: RetryPolicy;
  /** attempts of this schedule so far, the one that just ended included */
  attemptsSpent: number;
  outcome: AttemptOutcome;
  now: Date;
  /** in [0, 1): the jitter */
  random: number;
};

/**
 * Decides what follows an attempt: success on 200 to 299, a retry by the policy, or the end. A retry is later if the
 * receiver asks for it.
 */
export function nextAttempt(input: NextAttemptInput): NextAttempt {
  const { policy, attemptsSpent, outcome, now, random } = input;
  const ended = endOf(outcome);
  if (ended) return ended;

  const schedule = scheduleOf(policy);
  const delaySeconds = schedule[attemptsSpent - 1] ?? delayBeyond(schedule, attemptsSpent, outcome);
  const what = describeOutcome(outcome);
  // Without a number: after a resend the schedule is younger than the execution, whose tries stand beside the reason.
  if (delaySeconds === undefined) return { result: "failed", reason: `Gave up: ${what}.` };
  const own = delaySeconds * 1_000 * (1 + JITTER * (2 * random - 1));
  const wait = waitFor(outcome, own, now);
  return {
    result: "retry",
    at: new Date(now.getTime() + Math.round(wait)),
    reason: `Attempt ${attemptsSpent} of ${schedule.length + 1} failed: ${what}.`,
  };
}

function delayBeyond(schedule: readonly number[], attemptsSpent: number, outcome: AttemptOutcome): number | undefined {
  const isOurs = outcome.kind === "error" && attemptErrors[outcome.code].isOverload === true;
  return isOurs && attemptsSpent <= schedule.length + OWN_FAULTS_MAX ? MINUTE : undefined;
}

/** Returns the head of the answer, even if the body did not arrive. */
const answerOf = (outcome: AttemptOutcome): AnswerHead | null =>
  outcome.kind === "response" ? outcome : (outcome.answer ?? null);

function endOf(outcome: AttemptOutcome): NextAttempt | null {
  if (outcome.kind === "error" && attemptErrors[outcome.code].isFinal)
    return { result: "failed", reason: `Ended without a retry: ${describeOutcome(outcome)}.` };
  const answer = answerOf(outcome);
  if (!answer) return null;
  const asked = answer.webhookDelivery?.trim().toLowerCase();
  const delivered = outcome.kind === "response" && outcome.status >= 200 && outcome.status <= 299;
  if (answer.status === 410 || asked === "disable") {
    const why =
      answer.status === 410
        ? "the receiver answered 410 Gone"
        : "the receiver asked for it (webhook-delivery: disable)";
    return {
      result: delivered ? "succeeded" : "failed",
      reason: `The action was switched off: ${why}.`,
      disableAction: true,
    };
  }
  if (delivered) return { result: "succeeded", reason: `Delivered: answered ${answer.status}.` };
  if (asked === "abort-message")
    return {
      result: "failed",
      reason: "Ended: the receiver asked for no further attempt (webhook-delivery: abort-message).",
    };
  return null;
}

function waitFor(outcome: AttemptOutcome, own: number, now: Date): number {
  const answer = answerOf(outcome);
  const isTimeout = outcome.kind === "error" && outcome.code === "timeout";
  const isBusy = isTimeout || (answer !== null && busyStatuses.has(answer.status));
  const least = isBusy ? Math.max(own, BUSY_WAIT_MS) : own;
  const asked = answer ? parseRetryAfter(answer.retryAfter, now) : null;
  if (asked === null) return least;
  return Math.min(Math.max(asked, least), Math.max(2 * least, HOUR_MS));
}

/**
 * Parses a Retry-After header (RFC 9110, 10.2.3: whole seconds or an HTTP date).
 * @returns milliseconds from now, 0 for a date in the past, null without a valid header
 */
export function parseRetryAfter(value: string | null, now: Date): number | null {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const at = parseHttpDate(text, now);
  return at === null ? null : Math.max(0, at - now.getTime());
}

/** Describes an outcome in words that fit behind "because". */
function describeOutcome(outcome: AttemptOutcome): string {
  if (outcome.kind === "error") {
    const words = attemptErrors[outcome.code].reason;
    return outcome.answer ? `the receiver answered ${outcome.answer.status}, but ${words}` : words;
  }
  if (outcome.status >= 300 && outcome.status <= 399)
    return `the receiver answered ${outcome.status}, and redirects are not followed`;
  return `the receiver answered ${outcome.status}`;
}
