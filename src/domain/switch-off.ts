import { attemptErrors } from "./attempt-error";
import type { AttemptOutcome } from "./retry";

/** The record of an endpoint's successes and failures. Times are epoch ms. */
export type FaultRecord = {
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  /** the first failure since the last success */
  failingSince: number | null;
  warnedAt: number | null;
  /** warnings since `failingSince` */
  warnings: number;
};

/** A notice to a project: an endpoint fails, its action was switched off, or the endpoint has recovered. */
export type Notice =
  { type: "failing"; days: number } | { type: "off"; days: number } | { type: "recovered"; failedForMs: number };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const OFF_AFTER_MS = 5 * DAY_MS;
/**
 * The least time between first and last failure. One bad hour of an endpoint that is seldom called is not five days.
 */
const OFF_SPAN_MS = 12 * HOUR_MS;
/** The times of the first and the second warning after the last success. */
const WARN_AFTER_MS = [DAY_MS, 3 * DAY_MS] as const;
const WARN_SPAN_MS = HOUR_MS;

export const cleanRecord: FaultRecord = {
  lastSuccessAt: null,
  lastFailureAt: null,
  failingSince: null,
  warnedAt: null,
  warnings: 0,
};

/**
 * Tells whether an outcome is a success of the endpoint, its failure, or neither. A request that the guard refused,
 * that could not be made or that this program ended says nothing about the endpoint.
 */
export function faultOf(outcome: AttemptOutcome): "success" | "failure" | "none" {
  if (outcome.kind === "error") return attemptErrors[outcome.code].isOwnFault ? "none" : "failure";
  return outcome.kind === "delivered" ? "success" : "failure";
}

/**
 * Returns the record after one attempt, and the notice that follows. A warning follows after 1 and after 3 days without
 * a success. The action is switched off after 5 days if a warning came before.
 */
export function afterFault(
  record: FaultRecord,
  fault: "success" | "failure",
  now: number,
): { record: FaultRecord; notice: Notice | null } {
  if (fault === "success") {
    const notice: Notice | null =
      record.warnings > 0 ? { type: "recovered", failedForMs: now - (record.failingSince ?? now) } : null;
    return { record: { ...cleanRecord, lastSuccessAt: now, lastFailureAt: record.lastFailureAt }, notice };
  }
  const failingSince = record.failingSince ?? now;
  const failed: FaultRecord = { ...record, failingSince, lastFailureAt: now };
  const without = now - (record.lastSuccessAt ?? failingSince);
  const span = now - failingSince;
  const days = Math.floor(without / DAY_MS);
  if (record.warnings > 0 && without >= OFF_AFTER_MS && span >= OFF_SPAN_MS)
    return { record: failed, notice: { type: "off", days } };
  const due = WARN_AFTER_MS.filter((after) => without >= after).length;
  if (due <= record.warnings || span < WARN_SPAN_MS) return { record: failed, notice: null };
  return { record: { ...failed, warnings: due, warnedAt: now }, notice: { type: "failing", days } };
}
