import type { Queryable } from "@/server/db/client";
import { dispatchItem } from "../action-creation";
import type { DispatchItem } from "../action-creation/types";
import type { DispatchRow } from "../dispatch";

/**
 * Puts finished executions back to PENDING: the same bytes and the same webhook id, a fresh schedule whose attempt
 * numbers go on, and a new generation, so that no older run touches their new life. They are never cancelled automatically.
 * @param ids locked, finished, with a body, their action on
 * @returns what is to be dispatched after the commit
 */
export async function putBack(
  tx: Queryable,
  ids: readonly string[],
  reason: string,
  now: Date,
): Promise<DispatchItem[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<DispatchRow[]>`
    UPDATE action_execution SET status = 'PENDING', status_reason = ${reason}, status_seen = NULL, schedule_start = attempt_count, unknown_count = 0, is_resend = true,
      cancelled_by = NULL, cancel_requested_at = NULL, dispatched_at = NULL, due_at = ${now}, finished_at = NULL, updated_at = ${now}, generation = generation + 1
    WHERE id = ANY(${[...ids]}::text[]) AND status IN ('COMPLETED', 'ERROR', 'CANCELLED', 'SKIPPED')
    RETURNING id, project_id AS "projectId", action_id AS "actionId", generation, due_at AS "dueAt", attempt_count AS "attemptCount", schedule_start AS "scheduleStart"`;
  return rows.map((row) => dispatchItem(row, now));
}
