import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import {
  makeActionsOfProjectSql,
  actionsWithWaitingRowsSql,
  makeEarliestDueTimeSql,
  isEngineBehindSql,
  mayDeliverSql,
} from "./due-actions";

/**
 * The due time of the oldest due execution, among actions that may deliver. `isBehind`: an action has executions that
 * have been due for two minutes, and the engine does not deliver them.
 */
export type OldestDueExecution = { dueAt: Date; isBehind: boolean };

/**
 * @param projectId the only project to search; without it, all projects are searched
 * @returns null if no execution is due
 */
export async function findOldestDueTime(ctx: ServiceContext, projectId?: string): Promise<OldestDueExecution | null> {
  const now = ctx.now();
  const [row] = await ctx.db.$queryRaw<{ dueAt: Date | null; isBehind: boolean | null }[]>`
    ${projectId === undefined ? actionsWithWaitingRowsSql : makeActionsOfProjectSql(projectId)}
    SELECT min(first.due_at) AS "dueAt", bool_or(${isEngineBehindSql(Prisma.sql`first.due_at`, now)}) AS "isBehind"
    FROM actions JOIN action_configuration a ON a.id = actions.action_id
      LEFT JOIN action_health h ON h.action_id = a.id,
      LATERAL ${makeEarliestDueTimeSql(now)} AS first
    WHERE ${mayDeliverSql(now)}`;
  return row?.dueAt ? { dueAt: row.dueAt, isBehind: row.isBehind === true } : null;
}
