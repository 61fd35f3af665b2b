import type { Attempt } from "../types";

/** Describes the result of an attempt in one or two words, such as `HTTP 500` or `delivered`. */
export function describeAttemptResult({ status, responseStatus, errorCode }: Attempt): string {
  if (responseStatus !== null) return `HTTP ${responseStatus}`;
  if (errorCode) return errorCode;
  return { RUNNING: "sending", SUCCEEDED: "delivered", FAILED: "no response", UNKNOWN: "outcome unknown" }[status];
}
