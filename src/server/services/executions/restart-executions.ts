import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ActionWake } from "../wakes/wake-actions";

/**
 * Returns finished executions to PENDING, with the same bytes and webhook id. They get a fresh schedule, and their
 * attempt numbers continue. They are never cancelled automatically.
 * @param ids locked and finished executions with a body, whose action is on
 * @returns one wake for each execution, to request after the commit
 */
export async function restartExecutions(
  tx: DatabaseOrTransaction,
  { ids, reason, now }: { ids: readonly string[]; reason: string; now: Date },
): Promise<ActionWake[]> {
  if (ids.length === 0) return [];
  return tx.$queryRaw<ActionWake[]>`
    UPDATE action_execution
      SET status = 'PENDING', status_reason = ${reason}, status_seen = NULL, schedule_start = attempt_count,
        unknown_count = 0, is_resend = true,
      cancelled_by = NULL, cancel_requested_at = NULL, due_at = ${now}, finished_at = NULL, updated_at = ${now}
    WHERE id = ANY(${[...ids]}::text[]) AND status IN ('COMPLETED', 'ERROR', 'CANCELLED', 'SKIPPED')
    RETURNING project_id AS "projectId", action_id AS "actionId", due_at AS "dueAt"`;
}
