import { attemptErrorFacts, type AttemptErrorCode } from "../../attempt-error";
import { parseHttpDate } from "../../http-date";
import type { AttemptOutcome } from "../../retry";

/**
 * The parts of a receiver's answer that retries depend on. Each header has a list of values, as received, because a
 * receiver and a proxy before it may both send the header.
 */
export type ReceiverAnswerHead = { status: number; retryAfter: readonly string[]; webhookDelivery: readonly string[] };

/**
 * The result of a request to a receiver: a complete answer, or an error. An error has the head of the answer if the
 * head arrived and the body failed.
 */
type HttpResult =
  ({ kind: "response" } & ReceiverAnswerHead) | { kind: "error"; code: AttemptErrorCode; answer?: ReceiverAnswerHead };

/** Statuses by which a receiver says that it is too busy. */
const busyStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Derives the outcome of an attempt from the result of its request. The outcome includes the receiver's wishes, such as
 * a longer wait.
 */
export function deriveAttemptOutcome(result: HttpResult, now: Date): AttemptOutcome {
  const answer = result.kind === "response" ? result : (result.answer ?? null);
  const wishes = answer ? wishesOf(answer, now) : {};
  if (result.kind === "error")
    return {
      kind: "error",
      code: result.code,
      ...(answer
        ? { reason: `the receiver answered ${answer.status}, but ${attemptErrorFacts[result.code].reason}` }
        : {}),
      ...wishes,
    };
  const { status } = result;
  return status >= 200 && status <= 299
    ? { kind: "delivered", reason: `Delivered: answered ${status}.`, ...wishes }
    : { kind: "refused", code: codeOfStatus(status), reason: reasonOf(status), ...wishes };
}

function wishesOf({ status, retryAfter, webhookDelivery }: ReceiverAnswerHead, now: Date) {
  const asked = new Set(webhookDelivery.map((value) => value.trim().toLowerCase()));
  const waits = retryAfter.map((value) => parseRetryAfter(value, now)).filter((ms) => ms !== null);
  return {
    ...(status === 410
      ? { switchOff: "the receiver answered 410 Gone" }
      : asked.has("disable")
        ? { switchOff: "the receiver asked for it (webhook-delivery: disable)" }
        : {}),
    ...(asked.has("abort-message")
      ? { abort: "the receiver asked for no further attempt (webhook-delivery: abort-message)" }
      : {}),
    ...(busyStatuses.has(status) ? { isBusy: true as const } : {}),
    ...(waits.length === 0 ? {} : { waitMs: Math.max(...waits) }),
  };
}

/** Returns the error code of a complete answer whose status is not 2xx. */
const codeOfStatus = (status: number): string => (status >= 500 ? "5xx" : status >= 400 ? "4xx" : "redirect");

const reasonOf = (status: number): string =>
  status >= 300 && status <= 399
    ? `the receiver answered ${status}, and redirects are not followed`
    : `the receiver answered ${status}`;

/**
 * Parses a Retry-After header (RFC 9110, 10.2.3: whole seconds or an HTTP date).
 * @returns milliseconds from now, 0 for a date in the past, null without a valid header
 */
export function parseRetryAfter(value: string, now: Date): number | null {
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const at = parseHttpDate(text, now);
  return at === null ? null : Math.max(0, at - now.getTime());
}
