import { AT_WORK_MS, ENGINE_BEHIND_MS } from "@/domain/waiting";
import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import type { Wake } from "../wakes/wake-actions";

/** The most actions of one look. */
const ACTIONS_MAX = 1_000;
const COUNTED_MAX = 10_000;
/** A row that has been due for this long, in ms, gets a wake. Its own wake was lost, or comes late. */
const WAITS_MS = 10_000;
/** A wake without a run after this time, in ms, is lost, or its process died before it sent the wake. */
const MARK_MS = 60_000;

/**
 * SQL that tells whether a run of an action could send something: no person has paused the action, its breaker is
 * closed or the pause is over, and its rate has recovered. An action with a request on the wire does not count.
 * Unreadable slots count as free. An action that is off counts, because its run ends its rows.
 */
const mayGoOn = (now: Date): Prisma.Sql => Prisma.sql`
  a.paused_at IS NULL AND (h.open_until IS NULL OR h.open_until < ${now})
    AND (h.probe_until IS NULL OR h.probe_until < ${now})
  AND (h.rate_at IS NULL OR h.rate_at < ${now.getTime()})
  AND NOT coalesce(jsonb_path_exists(h.slots, '$[*][2] ? (@ > $now)',
    jsonb_build_object('now', ${now.getTime()}::float8)), false)`;

/**
 * @property isAsked somebody has asked for a wake lately, and its run has not begun @property isBehind a row has been
 * due for two minutes, and the action sent no request lately
 */
export type WaitingAction = Wake & { isAsked: boolean; isBehind: boolean };

/**
 * Finds the actions that may deliver, have had a due row for 10 s, and have no request in flight. Their wake was lost,
 * or no engine runs it. They come in the order of their rows' due times.
 */
export async function findWaitingActions(ctx: ServiceContext): Promise<WaitingAction[]> {
  const now = ctx.now();
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  return ctx.db.$queryRaw<WaitingAction[]>`
    ${actionsWithWork}
    SELECT a.project_id AS "projectId", a.id AS "actionId", first.due_at AS "dueAt",
      coalesce(h.wake_asked_at > ${ago(MARK_MS)}, false) AS "isAsked",
      first.due_at < ${ago(ENGINE_BEHIND_MS)} AND ${isIdle(now)} AS "isBehind"
    FROM actions JOIN action_configuration a ON a.id = actions.action_id
      LEFT JOIN action_health h ON h.action_id = a.id,
      LATERAL ${firstDue(ago(WAITS_MS))} AS first
    WHERE ${mayGoOn(now)} ORDER BY first.due_at LIMIT ${ACTIONS_MAX}`;
}

const isIdle = (now: Date): Prisma.Sql =>
  Prisma.sql`coalesce(greatest(h.last_success_at, h.last_failure_at) < ${new Date(now.getTime() - AT_WORK_MS)}, true)`;

/**
 * SQL of the actions that have a waiting row. It takes one index step for each action, through
 * action_execution_due_idx.
 */
const actionsWithWork = Prisma.sql`
  WITH RECURSIVE actions AS (
    (SELECT action_id FROM action_execution WHERE status = 'PENDING' ORDER BY action_id LIMIT 1)
    UNION ALL
    SELECT (SELECT e.action_id FROM action_execution e WHERE e.status = 'PENDING' AND e.action_id > x.action_id
      ORDER BY e.action_id LIMIT 1)
    FROM actions x WHERE x.action_id IS NOT NULL)`;

/** A subquery on `actions` for the earliest row of an action that was due at a moment. */
const firstDue = (at: Date): Prisma.Sql => Prisma.sql`(
  SELECT e.due_at FROM action_execution e WHERE e.action_id = actions.action_id AND e.status = 'PENDING'
    AND e.due_at <= ${at}
  ORDER BY e.due_at LIMIT 1)`;

/** Returns the due time of the oldest due execution of the actions that may deliver; null if no execution is due. */
export async function findOldestDue(ctx: ServiceContext): Promise<Date | null> {
  const now = ctx.now();
  const [row] = await ctx.db.$queryRaw<{ dueAt: Date | null }[]>`
    ${actionsWithWork}
    SELECT min(first.due_at) AS "dueAt"
    FROM actions JOIN action_configuration a ON a.id = actions.action_id
      LEFT JOIN action_health h ON h.action_id = a.id,
      LATERAL ${firstDue(now)} AS first
    WHERE ${mayGoOn(now)}`;
  return row?.dueAt ?? null;
}

/**
 * The numbers of abandoned executions, each counted up to 10,000. If both stay above 0, no engine runs our functions.
 */
export type LeftBehind = { overdue: number; leasesExpired: number };

/**
 * @property overdue executions that have been due for two minutes; their action may deliver and has no request in
 * flight
 */
export async function countLeftBehind(ctx: ServiceContext): Promise<LeftBehind> {
  const now = ctx.now();
  const [row] = await ctx.db.$queryRaw<LeftBehind[]>`
    SELECT
      (SELECT count(*)::int FROM (
        SELECT 1 FROM action_execution e JOIN action_configuration a ON a.id = e.action_id
          LEFT JOIN action_health h ON h.action_id = a.id
        WHERE e.status = 'PENDING' AND e.due_at < ${new Date(now.getTime() - ENGINE_BEHIND_MS)} AND ${mayGoOn(now)}
          AND ${isIdle(now)} LIMIT ${COUNTED_MAX}) AS o) AS overdue,
      (SELECT count(*)::int FROM (
        SELECT 1 FROM action_execution WHERE status = 'RUNNING' AND lease_expires_at < ${now}
          LIMIT ${COUNTED_MAX}) AS l) AS "leasesExpired"`;
  return row!;
}
