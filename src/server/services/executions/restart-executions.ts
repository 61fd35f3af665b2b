import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ActionWake } from "../wakes/wake-actions";

/**
 * Makes finished executions PENDING again, with the same webhook ids and the same rendered bodies. The retry policy
 * starts again, while attempt numbers continue. Later events of the subject never cancel such an execution.
 * @param ids ids of finished executions that the caller has locked; each has a body, and its action is on
 * @returns a wake for each execution; the caller requests the wakes after the commit
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
