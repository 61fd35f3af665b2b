import type { Attempt } from "../types";

/**
 * Describes the result of an attempt in one or two words: `HTTP 500`, an error code such as `timeout`, `delivered` or
 * `sending`.
 */
export function describeAttemptResult({ status, responseStatus, errorCode }: Attempt): string {
  if (responseStatus !== null) return `HTTP ${responseStatus}`;
  if (errorCode) return errorCode;
  return { RUNNING: "sending", SUCCEEDED: "delivered", FAILED: "no response", UNKNOWN: "outcome unknown" }[status];
}
