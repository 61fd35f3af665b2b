import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import type { ActionWake } from "../wakes/wake-actions";
import { actionsWithWaitingRowsSql, earliestDueRowSql, isEngineBehindSql, mayDeliverSql } from "./due-actions";

/** Largest number of actions in one look. */
const ACTIONS_MAX = 1_000;
/** A row that has been due this long gets a wake, ms. Its own was lost, or comes at the end of a long cell. */
const WAITS_MS = 10_000;
/** A wake without a run after this time is lost, or its process died before it sent the wake, ms. */
const MARK_MS = 60_000;

/**
 * @property isAsked a recent wake has been asked for, and its run has not begun
 * @property isBehind a row has been due for two minutes, and the action sent no request lately
 */
export type StalledAction = ActionWake & { isAsked: boolean; isBehind: boolean };

/**
 * Finds actions that may deliver, have rows that have been due for 10 s, and have no request in flight. Their wake was
 * lost, or no engine runs it. In the order of the rows' due times.
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
      LATERAL ${earliestDueRowSql(ago(WAITS_MS))} AS first
    WHERE ${mayDeliverSql(now)} ORDER BY first.due_at LIMIT ${ACTIONS_MAX}`;
}
