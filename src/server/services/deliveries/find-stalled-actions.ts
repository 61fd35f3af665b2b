import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import type { ActionWake } from "../wakes/wake-actions";
import { actionsWithWaitingRowsSql, makeEarliestDueTimeSql, isEngineBehindSql, mayDeliverSql } from "./due-actions";

/** One search finds at most this many actions. */
const ACTIONS_MAX = 1_000;
/** If an execution has been due for this long, ms, and nobody delivers it, its action gets another wake. */
const WAITS_MS = 10_000;
/** If a wake has not started its run after this time, ms, the wake counts as lost. */
const MARK_MS = 60_000;

/**
 * @property isAsked somebody asked for a wake in the last minute, and its run has not begun
 * @property isBehind an execution has been due for two minutes, and the action has recorded no result for 30 s
 */
export type StalledAction = ActionWake & { isAsked: boolean; isBehind: boolean };

/**
 * Finds actions that could deliver, but whose executions have been due for 10 s while no request is on the wire. Their
 * wake was lost, or the engine does not run it. The action with the earliest due time comes first.
 */
export async function findStalledActions(ctx: ServiceContext): Promise<StalledAction[]> {
  const now = ctx.now();
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  return ctx.db.$queryRaw<StalledAction[]>`
    ${actionsWithWaitingRowsSql}
    SELECT a.project_id AS "projectId", a.id AS "actionId", first.due_at AS "dueAt",
      coalesce(h.wake_asked_at > ${ago(MARK_MS)}, false) AS "isAsked",
      ${isEngineBehindSql(Prisma.sql`first.due_at`, now)} AS "isBehind"
    FROM actions JOIN action_configuration a ON a.id = actions.action_id
      LEFT JOIN action_health h ON h.action_id = a.id,
      LATERAL ${makeEarliestDueTimeSql(ago(WAITS_MS))} AS first
    WHERE ${mayDeliverSql(now)} ORDER BY first.due_at LIMIT ${ACTIONS_MAX}`;
}
