import { ENGINE_BEHIND_MS } from "@/domain/waiting";
import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import type { Wake } from "./wake";

/** Actions of one look at the most. */
const ACTIONS_MAX = 1_000;
const COUNTED_MAX = 10_000;
/** A row that has been due for so long has lost its wake. */
const WAITS_MS = 10_000;
/** A wake whose run has not begun for so long is lost, or the process that asked for it died before it sent it. */
const MARK_MS = 60_000;
/** An endpoint that was sent something in this time has a run that works on it. */
const BUSY_MS = 30_000;

/**
 * Whether an action may go on: it is on, nobody has paused it, and its breaker is closed or its pause is over. One
 * whose slots are taken by requests on the wire is in work. Slots that cannot be read are free.
 */
const mayGoOn = (now: Date): Prisma.Sql => Prisma.sql`
  a.paused_at IS NULL AND (h.open_until IS NULL OR h.open_until < ${now}) AND (h.probe_until IS NULL OR h.probe_until < ${now})
  AND (h.rate_at IS NULL OR h.rate_at < ${now.getTime()})
  AND NOT coalesce(jsonb_path_exists(h.slots, '$[*][2] ? (@ > $now)', jsonb_build_object('now', ${now.getTime()}::float8)), false)`;

/**
 * @property isAsked a wake was asked for, not long ago, and its run has not begun
 * @property isBehind a row has been due for two minutes, and nothing was sent lately
 */
export type WaitingAction = Wake & { isAsked: boolean; isBehind: boolean };

/**
 * Actions that may go on, have rows that have been due for 10 s, and have nothing on the wire: their wake was lost, or
 * nobody runs it. In the order in which the rows were due.
 */
export async function findWaitingActions(ctx: ServiceContext): Promise<WaitingAction[]> {
  const now = ctx.now();
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  return ctx.db.$queryRaw<WaitingAction[]>`
    ${actionsWithWork}
    SELECT a.project_id AS "projectId", a.id AS "actionId", first.due_at AS "dueAt", coalesce(h.wake_asked_at > ${ago(MARK_MS)}, false) AS "isAsked",
      first.due_at < ${ago(ENGINE_BEHIND_MS)} AND ${isIdle(now)} AS "isBehind"
    FROM actions JOIN action_configuration a ON a.id = actions.action_id LEFT JOIN action_health h ON h.action_id = a.id,
      LATERAL ${firstDue(ago(WAITS_MS))} AS first
    WHERE ${mayGoOn(now)} ORDER BY first.due_at LIMIT ${ACTIONS_MAX}`;
}

const isIdle = (now: Date): Prisma.Sql =>
  Prisma.sql`coalesce(greatest(h.last_success_at, h.last_failure_at) < ${new Date(now.getTime() - BUSY_MS)}, true)`;

/** Each action that has a waiting row, found by one step through action_execution_due_idx. */
const actionsWithWork = Prisma.sql`
  WITH RECURSIVE actions AS (
    (SELECT action_id FROM action_execution WHERE status = 'PENDING' ORDER BY action_id LIMIT 1)
    UNION ALL
    SELECT (SELECT e.action_id FROM action_execution e WHERE e.status = 'PENDING' AND e.action_id > x.action_id ORDER BY e.action_id LIMIT 1)
    FROM actions x WHERE x.action_id IS NOT NULL)`;

/** The earliest row of an action that was due at a moment, as a subquery on `actions`. */
const firstDue = (at: Date): Prisma.Sql => Prisma.sql`(
  SELECT e.due_at FROM action_execution e WHERE e.action_id = actions.action_id AND e.status = 'PENDING' AND e.due_at <= ${at}
  ORDER BY e.due_at LIMIT 1)`;

/** Executions that nothing works on, each kind counted up to 10,000. Where both stay above 0, nobody runs our functions. */
export type LeftBehind = { overdue: number; leasesExpired: number };

/** @property overdue due for two minutes, of actions that may go on and have nothing on the wire */
export async function countLeftBehind(ctx: ServiceContext): Promise<LeftBehind> {
  const now = ctx.now();
  const [row] = await ctx.db.$queryRaw<LeftBehind[]>`
    SELECT
      (SELECT count(*)::int FROM (
        SELECT 1 FROM action_execution e JOIN action_configuration a ON a.id = e.action_id LEFT JOIN action_health h ON h.action_id = a.id
        WHERE e.status = 'PENDING' AND e.due_at < ${new Date(now.getTime() - ENGINE_BEHIND_MS)} AND ${mayGoOn(now)}
          AND ${isIdle(now)} LIMIT ${COUNTED_MAX}) AS o) AS overdue,
      (SELECT count(*)::int FROM (
        SELECT 1 FROM action_execution WHERE status = 'RUNNING' AND lease_expires_at < ${now} LIMIT ${COUNTED_MAX}) AS l) AS "leasesExpired"`;
  return row!;
}
