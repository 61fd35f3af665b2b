import type { ServiceContext } from "@/server/context";
import type { ActionRef } from "../action-ref";
import { withWaitingTriggersSql } from "./waiting-triggers";

/**
 * Returns the due time of an action's earliest waiting execution. The time may be in the past. Null if no execution
 * waits.
 */
export async function findNextDueAt(ctx: ServiceContext, { actionId }: ActionRef): Promise<Date | null> {
  const [row] = await ctx.db.$queryRaw<{ at: Date | null }[]>`/* prepared */
    ${withWaitingTriggersSql(actionId)}
    SELECT min(n.due_at) AS at FROM triggers t, LATERAL (
      SELECT e.due_at FROM action_execution e WHERE e.action_id = ${actionId} AND e.trigger_id = t.trigger_id
        AND e.status = 'PENDING'
      ORDER BY e.due_at LIMIT 1) AS n`;
  return row?.at ?? null;
}
