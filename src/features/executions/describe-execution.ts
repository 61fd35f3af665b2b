import { formatDuration } from "@/lib/format";
import type { ExecutionRow } from "./types";

/** The waits whose reason is only a time: the status beside it says the time already. */
const timed: Record<string, string> = {
  "not due": "Waits for its time",
  breaker: "Its endpoint keeps failing",
  probe: "A probe of its endpoint is on the wire",
};

type Reasoned = Pick<ExecutionRow, "wait" | "statusReason" | "attemptCount">;

/** The reason of a status in few words. Times are not in it: the page words them in the reader's zone. */
export function describeReason({ wait, statusReason, attemptCount }: Reasoned): string {
  if (wait?.kind === "not due" && attemptCount > 0) return statusReason;
  return (wait && timed[wait.kind]) ?? statusReason;
}

/** The answer to the last attempt in one word: `500`, `timeout`, or a dash before the first one. */
export function describeResult({ responseCode, errorCode }: Pick<ExecutionRow, "responseCode" | "errorCode">): string {
  return responseCode !== null ? String(responseCode) : (errorCode ?? "–");
}

/** `2 tries over 7 min`, over all lives of an execution; null where one attempt says it all. */
export function describeSpan(row: Pick<ExecutionRow, "attemptCount" | "startedAt" | "finishedAt">): string | null {
  const { attemptCount, startedAt, finishedAt } = row;
  if (attemptCount < 2 || !startedAt || !finishedAt) return null;
  return `${attemptCount} tries over ${formatDuration(finishedAt.getTime() - startedAt.getTime())}`;
}

/** An id with its middle left out: `exe_01m8…q02`. */
export const shortId = (id: string): string => (id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
