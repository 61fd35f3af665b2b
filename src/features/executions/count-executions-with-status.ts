import { isPendingState, type StatusFilter } from "@/domain/execution-query";
import type { ExecutionCounts } from "./types";

/** Returns the number of executions that have one of the statuses. An empty list of statuses counts all executions. */
export function countExecutionsWithStatuses(data: ExecutionCounts, statuses: readonly StatusFilter[]): number {
  const all = statuses.length === 0 ? (Object.keys(data.counts) as StatusFilter[]) : statuses;
  return all.reduce((sum, status) => sum + countExecutionsWithStatus(data, status), 0);
}

/**
 * Returns the number of executions with a status. FAILED is the page's name for the stored status ERROR, and RETRYING,
 * PAUSED, SCHEDULED and WAITING are kinds of PENDING.
 */
export function countExecutionsWithStatus({ counts, pending }: ExecutionCounts, status: StatusFilter): number {
  if (status === "FAILED") return counts.ERROR;
  if (isPendingState(status)) return pending[status];
  return counts[status];
}
