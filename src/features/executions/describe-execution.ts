import { formatDuration } from "@/lib/format";
import type { ExecutionRow } from "./types";

/**
 * Waits whose stored reason has a time in the server's zone. The status beside it shows the time in the reader's zone,
 * so the reason here has none.
 */
const timed: Record<string, string> = {
  breaker: "Its endpoint keeps failing",
  probe: "A probe of its endpoint is on the wire",
};

type Reasoned = Pick<ExecutionRow, "wait" | "statusReason">;

/** Describes the reason of a status in few words. The page shows the time itself, in the reader's zone. */
export function describeStatusReason({ wait, statusReason }: Reasoned): string {
  return (wait && timed[wait.kind]) ?? statusReason;
}

/** Describes the result of the last attempt in one word: `500`, `timeout`, or a dash before the first attempt. */
export function describeLastAttemptResult({
  responseCode,
  errorCode,
}: Pick<ExecutionRow, "responseCode" | "errorCode">): string {
  return responseCode !== null ? String(responseCode) : (errorCode ?? "–");
}

/** Describes all attempts of an execution, resends included: `2 tries over 7 min`. Null for a single attempt. */
export function describeAttempts(row: Pick<ExecutionRow, "attemptCount" | "startedAt" | "finishedAt">): string | null {
  const { attemptCount, startedAt, finishedAt } = row;
  if (attemptCount < 2 || !startedAt || !finishedAt) return null;
  return `${attemptCount} tries over ${formatDuration(finishedAt.getTime() - startedAt.getTime())}`;
}

/** Shortens an id in its middle: `exe_01m8…q02`. */
export const shortenId = (id: string): string => (id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
