import type { Attempt } from "../types";

/** What an attempt came to, in one or two words. */
export function attemptResult({ status, responseStatus, errorCode }: Attempt): string {
  if (responseStatus !== null) return `HTTP ${responseStatus}`;
  if (errorCode) return errorCode;
  return { RUNNING: "sending", SUCCEEDED: "delivered", FAILED: "no response", UNKNOWN: "outcome unknown" }[status];
}
