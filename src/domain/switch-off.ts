import { attemptErrorFacts } from "./attempt-error";
import type { AttemptOutcome } from "./retry";

/** The record of an endpoint's successes and failures. Times are epoch ms. */
export type EndpointFaultRecord = {
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  /** the time of the first failure since the last success */
  failingSince: number | null;
  warnedAt: number | null;
  /** the number of warnings since `failingSince` */
  warnings: number;
};

/** A notice to a project: an endpoint fails, an action was switched off, or an endpoint has recovered. */
export type EndpointFaultNotice =
  { type: "failing"; days: number } | { type: "off"; days: number } | { type: "recovered"; failedForMs: number };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const SWITCH_OFF_AFTER_MS = 5 * DAY_MS;
/**
 * The least time between the first and the last failure before the action is switched off. One bad hour of a seldom
 * called endpoint must not switch its action off.
 */
const OFF_SPAN_MS = 12 * HOUR_MS;
/** The times without a success after which the first and the second warning come. */
const WARN_AFTER_MS = [DAY_MS, 3 * DAY_MS] as const;
const WARN_SPAN_MS = HOUR_MS;

export const emptyFaultRecord: EndpointFaultRecord = {
  lastSuccessAt: null,
  lastFailureAt: null,
  failingSince: null,
  warnedAt: null,
  warnings: 0,
};

/**
 * Tells whether an outcome counts for the endpoint as a success, as a failure, or not at all. An outcome does not count
 * if this program or the action's configuration caused it.
 */
export function classifyOutcomeForEndpoint(outcome: AttemptOutcome): "success" | "failure" | "none" {
  if (outcome.kind === "error") return attemptErrorFacts[outcome.code].isOwnFault ? "none" : "failure";
  return outcome.kind === "delivered" ? "success" : "failure";
}

/**
 * Returns the record after one attempt, and the notice that follows. A warning comes after 1 day and after 3 days
 * without a success, if failures span an hour. After 5 days the action is switched off, if a warning came before and
 * failures span 12 h. A success after a warning is a recovery.
 */
export function updateFaultRecordAfterAttempt(
  record: EndpointFaultRecord,
  fault: "success" | "failure",
  now: number,
): { record: EndpointFaultRecord; notice: EndpointFaultNotice | null } {
  if (fault === "success") {
    const notice: EndpointFaultNotice | null =
      record.warnings > 0 ? { type: "recovered", failedForMs: now - (record.failingSince ?? now) } : null;
    return { record: { ...emptyFaultRecord, lastSuccessAt: now, lastFailureAt: record.lastFailureAt }, notice };
  }
  const failingSince = record.failingSince ?? now;
  const failed: EndpointFaultRecord = { ...record, failingSince, lastFailureAt: now };
  const without = now - (record.lastSuccessAt ?? failingSince);
  const span = now - failingSince;
  const days = Math.floor(without / DAY_MS);
  if (record.warnings > 0 && without >= SWITCH_OFF_AFTER_MS && span >= OFF_SPAN_MS)
    return { record: failed, notice: { type: "off", days } };
  const due = WARN_AFTER_MS.filter((after) => without >= after).length;
  if (due <= record.warnings || span < WARN_SPAN_MS) return { record: failed, notice: null };
  return { record: { ...failed, warnings: due, warnedAt: now }, notice: { type: "failing", days } };
}
