import { ACTION_AT_WORK_MS, ENGINE_BEHIND_MS } from "@/domain/waiting";
import { Prisma } from "@/generated/prisma/client";

/*
 * Parts of SQL statements that search for due executions on which no process works. They expect the tables
 * action_configuration as `a` and action_health as `h`, and a subquery `actions` with the column `action_id`.
 */

/**
 * SQL condition: a delivery run of an action could send or end executions now. It holds if the action is not paused,
 * its breaker lets a request through, its rate limit allows a request, and no request is on the wire. Unreadable slots
 * count as free. An action that is off or deleted counts too, because its run ends executions.
 */
export const mayDeliverSql = (now: Date): Prisma.Sql => Prisma.sql`
  a.paused_at IS NULL AND (h.open_until IS NULL OR h.open_until < ${now})
    AND (h.probe_until IS NULL OR h.probe_until < ${now})
  AND (h.rate_at IS NULL OR h.rate_at < ${now.getTime()})
  AND NOT coalesce(jsonb_path_exists(h.slots, '$[*][2] ? (@ > $now)',
    jsonb_build_object('now', ${now.getTime()}::float8)), false)`;

/**
 * SQL condition for one execution: the engine is behind. The execution has been due for two minutes, and its action has
 * recorded no result for 30 s. The caller must also check `mayDeliverSql`. The page of an execution says "engine" in
 * the same case, by `explainWait`. A test compares both.
 */
export const isEngineBehindSql = (dueAt: Prisma.Sql, now: Date): Prisma.Sql => Prisma.sql`
  (${dueAt} <= ${new Date(now.getTime() - ENGINE_BEHIND_MS)}
    AND coalesce(
      greatest(h.last_success_at, h.last_failure_at) <= ${new Date(now.getTime() - ACTION_AT_WORK_MS)}, true))`;

/**
 * SQL subquery `actions`: the ids of all actions with waiting executions; its last row is null. It makes one index
 * look-up for each action. Index: action_execution_due_idx.
 */
export const actionsWithWaitingRowsSql = Prisma.sql`
  WITH RECURSIVE actions AS (
    (SELECT action_id FROM action_execution WHERE status = 'PENDING' ORDER BY action_id LIMIT 1)
    UNION ALL
    SELECT (SELECT e.action_id FROM action_execution e WHERE e.status = 'PENDING' AND e.action_id > x.action_id
      ORDER BY e.action_id LIMIT 1)
    FROM actions x WHERE x.action_id IS NOT NULL)`;

/** SQL subquery `actions`: the ids of all actions of one project. */
export const makeActionsOfProjectSql = (projectId: string): Prisma.Sql => Prisma.sql`
  WITH actions AS (SELECT id AS action_id FROM action_configuration WHERE project_id = ${projectId})`;

/**
 * SQL subquery for a row of `actions`: the due time of the action's earliest waiting execution. It has no row if none
 * was due at the given time.
 */
export const makeEarliestDueTimeSql = (at: Date): Prisma.Sql => Prisma.sql`(
  SELECT e.due_at FROM action_execution e WHERE e.action_id = actions.action_id AND e.status = 'PENDING'
    AND e.due_at <= ${at}
  ORDER BY e.due_at LIMIT 1)`;
