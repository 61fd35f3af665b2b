import { Prisma } from "@/generated/prisma/client";

/**
 * The head of an SQL statement. `triggers` lists the triggers that have waiting rows of an action. It takes one index
 * step for each trigger, through action_execution_due_idx. Its last row is null.
 */
export const withWaitingTriggersSql = (actionId: string): Prisma.Sql => Prisma.sql`
  WITH RECURSIVE triggers AS (
    (SELECT trigger_id FROM action_execution WHERE action_id = ${actionId} AND status = 'PENDING' ORDER BY trigger_id
      LIMIT 1)
    UNION ALL
    SELECT (SELECT e.trigger_id FROM action_execution e
      WHERE e.action_id = ${actionId} AND e.status = 'PENDING' AND e.trigger_id > t.trigger_id ORDER BY e.trigger_id
        LIMIT 1)
    FROM triggers t WHERE t.trigger_id IS NOT NULL)`;
