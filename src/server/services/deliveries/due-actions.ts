import { ACTION_AT_WORK_MS, ENGINE_BEHIND_MS } from "@/domain/waiting";
import { Prisma } from "@/generated/prisma/client";

/*
 * Parts of the statements that look for work which nobody does. They name the action `a`, its health `h`, and the rows
 * of `actions` by their column `action_id`.
 */

/**
 * Whether a run of an action would find something to do. No person has paused it, its breaker is closed or its pause is
 * over, and its rate has recovered. An action with a request on the wire does not count. Unreadable slots count as
 * free. An action that is off counts, because its run ends its rows.
 */
export const mayDeliverSql = (now: Date): Prisma.Sql => Prisma.sql`
  a.paused_at IS NULL AND (h.open_until IS NULL OR h.open_until < ${now})
    AND (h.probe_until IS NULL OR h.probe_until < ${now})
  AND (h.rate_at IS NULL OR h.rate_at < ${now.getTime()})
  AND NOT coalesce(jsonb_path_exists(h.slots, '$[*][2] ? (@ > $now)',
    jsonb_build_object('now', ${now.getTime()}::float8)), false)`;

/**
 * Whether the engine is behind, told from an execution of an action that may deliver: it has been due for two minutes,
 * and the action has sent nothing lately. The page of an execution says the same by `isEngineBehind` of domain/waiting.
 * A test compares both.
 */
export const isEngineBehindSql = (dueAt: Prisma.Sql, now: Date): Prisma.Sql => Prisma.sql`
  (${dueAt} <= ${new Date(now.getTime() - ENGINE_BEHIND_MS)}
    AND coalesce(
      greatest(h.last_success_at, h.last_failure_at) <= ${new Date(now.getTime() - ACTION_AT_WORK_MS)}, true))`;

/** Each action with a waiting row: one index step an action, through action_execution_due_idx. */
export const actionsWithWaitingRowsSql = Prisma.sql`
  WITH RECURSIVE actions AS (
    (SELECT action_id FROM action_execution WHERE status = 'PENDING' ORDER BY action_id LIMIT 1)
    UNION ALL
    SELECT (SELECT e.action_id FROM action_execution e WHERE e.status = 'PENDING' AND e.action_id > x.action_id
      ORDER BY e.action_id LIMIT 1)
    FROM actions x WHERE x.action_id IS NOT NULL)`;

/** The actions of one project, in place of all. */
export const actionsOfProjectSql = (projectId: string): Prisma.Sql => Prisma.sql`
  WITH actions AS (SELECT id AS action_id FROM action_configuration WHERE project_id = ${projectId})`;

/** Subquery on `actions`: the earliest row of an action that was due at a moment. */
export const earliestDueRowSql = (at: Date): Prisma.Sql => Prisma.sql`(
  SELECT e.due_at FROM action_execution e WHERE e.action_id = actions.action_id AND e.status = 'PENDING'
    AND e.due_at <= ${at}
  ORDER BY e.due_at LIMIT 1)`;
