import { Prisma } from "@/generated/prisma/client";

/**
 * The beginning of an SQL statement, which defines the subquery `triggers`: the ids of triggers with waiting executions
 * of an action. The last row of `triggers` is null. The subquery makes one look-up in action_execution_due_idx for each
 * trigger.
 * @param actionId SQL for the action's id
 */
export const withWaitingTriggersSql = (actionId: Prisma.Sql): Prisma.Sql => Prisma.sql`
  WITH RECURSIVE triggers AS (
    (SELECT trigger_id FROM action_execution WHERE action_id = ${actionId} AND status = 'PENDING' ORDER BY trigger_id
      LIMIT 1)
    UNION ALL
    SELECT (SELECT e.trigger_id FROM action_execution e
      WHERE e.action_id = ${actionId} AND e.status = 'PENDING' AND e.trigger_id > t.trigger_id ORDER BY e.trigger_id
        LIMIT 1)
    FROM triggers t WHERE t.trigger_id IS NOT NULL)`;
