import type { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";

/**
 * Gives back claimed executions whose requests have not left. They become PENDING, and the attempt's row is deleted. An
 * execution becomes CANCELLED instead if somebody cancelled it meanwhile. Executions that no longer have this lease
 * stay unchanged.
 * @param which SQL that selects rows `(id, due_at)`; a due_at of null keeps the execution's due time
 */
export async function putBackClaimedExecutions(
  ctx: ServiceContext,
  { leaseToken, which, reason }: { leaseToken: string; which: Prisma.Sql; reason: string },
): Promise<void> {
  const now = ctx.now();
  await ctx.db.$executeRaw`
    WITH back AS (
      UPDATE action_execution AS e
        SET status = CASE WHEN e.cancel_requested_at IS NULL THEN 'PENDING' ELSE 'CANCELLED' END::execution_status,
        status_reason = CASE WHEN e.cancel_requested_at IS NULL THEN ${reason}
          ELSE 'Cancelled before its attempt was sent.' END,
        attempt_count = e.attempt_count - 1, due_at = coalesce(r.due_at, e.due_at), lease_token = NULL,
          lease_expires_at = NULL, updated_at = ${now},
        finished_at = CASE WHEN e.cancel_requested_at IS NOT NULL THEN ${now}::timestamptz END
      FROM (${which}) AS r WHERE e.id = r.id AND e.status = 'RUNNING' AND e.lease_token = ${leaseToken} RETURNING e.id)
    DELETE FROM action_attempt t USING back WHERE t.execution_id = back.id AND t.lease_token = ${leaseToken}`;
}
