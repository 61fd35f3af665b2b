import { Prisma } from "@/generated/prisma/client";
import { assertTransition, statusesThatAllow } from "@/domain/execution";
import type { ProjectContext } from "@/server/context";
import type { Queryable } from "@/server/db/client";
import type { CancelItem } from "../action-creation/types";

type Which = { triggerId: string } | { actionId: string };

/**
 * Ends what waits for a trigger or an action that was deleted, and marks what is on the wire, in the transaction of
 * the deletion. What a person sent again outlives its trigger, though not its action.
 * Returns what the engine is to be told after the commit.
 */
export async function cancelWaiting(
  ctx: ProjectContext,
  tx: Queryable,
  which: Which,
  reason: string,
): Promise<CancelItem[]> {
  const now = ctx.now();
  const mine =
    "triggerId" in which
      ? Prisma.sql`trigger_id = ${which.triggerId} AND NOT is_resend`
      : Prisma.sql`action_id = ${which.actionId}`;
  await tx.$executeRaw`
    UPDATE action_execution SET cancel_requested_at = ${now}, cancelled_by = 'SYSTEM', updated_at = ${now}
    WHERE project_id = ${ctx.projectId} AND ${mine} AND status = 'RUNNING' AND cancel_requested_at IS NULL`;
  const to = assertTransition("PENDING", "cancel");
  return tx.$queryRaw<CancelItem[]>`
    UPDATE action_execution SET status = ${to}::execution_status, status_reason = ${reason}, cancelled_by = 'SYSTEM', finished_at = ${now}, updated_at = ${now}
    WHERE project_id = ${ctx.projectId} AND ${mine} AND status = ANY(${statusesThatAllow("cancel")}::execution_status[])
    RETURNING id AS "executionId", generation`;
}

/** Turns what waits for an action that was switched off into SKIPPED. What is just being claimed finds out there. */
export async function skipWaiting(
  ctx: ProjectContext,
  tx: Queryable,
  actionId: string,
  reason: string,
): Promise<CancelItem[]> {
  const now = ctx.now();
  const to = assertTransition("PENDING", "skip");
  return tx.$queryRaw<CancelItem[]>`
    UPDATE action_execution SET status = ${to}::execution_status, status_reason = ${reason}, finished_at = ${now}, updated_at = ${now}
    WHERE id IN (SELECT id FROM action_execution
      WHERE project_id = ${ctx.projectId} AND action_id = ${actionId} AND status = ANY(${statusesThatAllow("skip")}::execution_status[]) FOR UPDATE SKIP LOCKED)
    RETURNING id AS "executionId", generation`;
}
