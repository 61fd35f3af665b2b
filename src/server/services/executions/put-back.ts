import type { Queryable } from "@/server/db/client";
import type { Wake } from "../deliveries/wake";

/**
 * Puts finished executions back to PENDING: the same bytes and the same webhook id, a fresh schedule whose attempt
 * numbers go on. They are never cancelled automatically.
 * @param ids locked, finished, with a body, their action on
 * @returns wakes to be asked for after the commit, one for each
 */
export async function putBack(tx: Queryable, ids: readonly string[], reason: string, now: Date): Promise<Wake[]> {
  if (ids.length === 0) return [];
  return tx.$queryRaw<Wake[]>`
    UPDATE action_execution SET status = 'PENDING', status_reason = ${reason}, status_seen = NULL, schedule_start = attempt_count, unknown_count = 0, is_resend = true,
      cancelled_by = NULL, cancel_requested_at = NULL, due_at = ${now}, finished_at = NULL, updated_at = ${now}
    WHERE id = ANY(${[...ids]}::text[]) AND status IN ('COMPLETED', 'ERROR', 'CANCELLED', 'SKIPPED')
    RETURNING project_id AS "projectId", action_id AS "actionId", due_at AS "dueAt"`;
}
