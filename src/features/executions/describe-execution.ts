import { formatDuration, formatSecondsInText } from "@/lib/format";
import type { ExecutionRow } from "./types";

/**
 * Texts for waits whose stored reason contains a time in the server's zone. The status beside the reason already shows
 * the time in the person's zone, so these texts contain no time.
 */
const timed: Record<string, string> = {
  breaker: "Its endpoint keeps failing",
  probe: "A probe of its endpoint is on the wire",
};

type Reasoned = Pick<ExecutionRow, "status" | "responseCode" | "wait" | "statusReason">;

/**
 * Describes in a few words why an execution has its status. The text names durations, but no time of day. It is empty
 * for a delivery that got an answer, because its status and its result say everything.
 */
export function describeStatusReason({ status, responseCode, wait, statusReason }: Reasoned): string {
  if (status === "COMPLETED" && responseCode !== null) return "";
  return (wait && timed[wait.kind]) ?? formatSecondsInText(statusReason);
}

/**
 * Returns the result of the last attempt: its HTTP status such as `500`, its error code such as `timeout`, or a dash if
 * it has neither.
 */
export function describeLastAttemptResult({
  responseCode,
  errorCode,
}: Pick<ExecutionRow, "responseCode" | "errorCode">): string {
  return responseCode !== null ? String(responseCode) : (errorCode ?? "–");
}

/**
 * Describes the number and the duration of all attempts of an ended execution, such as `2 tries over 7 min`. Null for a
 * single attempt, and before the execution has ended.
 */
export function describeAttempts(row: Pick<ExecutionRow, "attemptCount" | "startedAt" | "finishedAt">): string | null {
  const { attemptCount, startedAt, finishedAt } = row;
  if (attemptCount < 2 || !startedAt || !finishedAt) return null;
  return `${attemptCount} tries over ${formatDuration(finishedAt.getTime() - startedAt.getTime())}`;
}

/** Shortens an id of more than 16 characters in its middle: `exe_01m8…q02`. */
export const shortenId = (id: string): string => (id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
