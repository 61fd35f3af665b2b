import type { ServiceContext } from "@/server/context";
import { PROCESS_LOCK_CLASS } from "@/server/process-identity";
import type { Queryable } from "@/server/db/client";
import { dispatchItem } from "./action-creation";
import { writeEnds } from "./action-creation/write";
import { forget } from "./action-delivery/endpoint";
import { dispatchForgotten } from "./action-delivery/parked";
import { dispatch, markDispatched, type DispatchRow } from "./dispatch";
import { wakeLostJobs } from "./jobs/run";
import { wakeNotices } from "./notices/send";

/** Undispatched for longer than this: whoever was to send it has died, or is about to be told so by the generation. */
const UNDISPATCHED_AFTER_MS = 10_000;
/** First attempts wait undispatched in the engine's queue until they are claimed; longer than this they are sent again. */
const UNCLAIMED_AFTER_MS = 60_000;
/** Dispatched, due, and nobody came for so long that its event must be gone. */
const OVERDUE_AFTER_MS = 15 * 60_000;
/** Attempts whose outcome stays unknown, at the most; each spends none of the budget. */
const UNKNOWN_MAX = 5;
/** A claim younger than this is left alone even where its process's lock is not seen: it may just be connecting again. */
const DEAD_AFTER_MS = 2_000;
const BATCH = 500;
const COUNTED_MAX = 10_000;

export type SweepResult = { leasesEnded: number; dispatched: number };

/**
 * Finds executions that nothing works on and sends them on their way again: leases that ran out or whose process
 * has died (its advisory lock is gone), rows that were never dispatched, and rows that are long overdue.
 */
export async function sweep(ctx: ServiceContext): Promise<SweepResult> {
  const ended = await endLeases(ctx);
  const again = ended.filter((row) => row.status === "PENDING");
  const leftBehind = await takeUndispatched(ctx);
  const now = ctx.now();
  const items = [...again, ...leftBehind].map((row) => dispatchItem(row, now));
  await dispatch(ctx, items);
  // So that a deep queue is not swept again and again.
  await markDispatched(
    ctx,
    items.filter((item) => item.first),
  );
  await dispatchForgotten(ctx);
  await wakeLostJobs(ctx);
  await wakeNotices(ctx);
  if (ended.length + leftBehind.length > 0)
    ctx.log.info({ leasesEnded: ended.length, dispatched: leftBehind.length }, "swept");
  return { leasesEnded: ended.length, dispatched: again.length + leftBehind.length };
}

/** Executions that nothing works on, as the sweeper finds them; each counted up to 10,000. More than a moment's worth says that no sweeper runs. */
export type LeftBehind = { undispatched: number; overdue: number; parkedOverdue: number; leasesExpired: number };

export async function countLeftBehind(ctx: ServiceContext): Promise<LeftBehind> {
  const ago = (ms: number): Date => new Date(ctx.now().getTime() - ms);
  const [row] = await ctx.db.$queryRaw<LeftBehind[]>`SELECT
    (SELECT count(*)::int FROM (SELECT 1 FROM action_execution WHERE status = 'PENDING' AND dispatched_at IS NULL AND updated_at < ${ago(UNCLAIMED_AFTER_MS)} LIMIT ${COUNTED_MAX}) AS a) AS undispatched,
    (SELECT count(*)::int FROM (SELECT 1 FROM action_execution WHERE status = 'PENDING' AND NOT parked AND due_at < ${ago(OVERDUE_AFTER_MS)}
      AND dispatched_at < ${ago(OVERDUE_AFTER_MS)} LIMIT ${COUNTED_MAX}) AS b) AS overdue,
    (SELECT count(*)::int FROM (SELECT 1 FROM action_execution WHERE status = 'PENDING' AND parked AND due_at < ${ago(UNCLAIMED_AFTER_MS)} LIMIT ${COUNTED_MAX}) AS c) AS "parkedOverdue",
    (SELECT count(*)::int FROM (SELECT 1 FROM action_execution WHERE status = 'RUNNING' AND lease_expires_at < ${ctx.now()} LIMIT ${COUNTED_MAX}) AS d) AS "leasesExpired"`;
  return row!;
}

/**
 * A lease that ended makes its attempt "outcome unknown" and the execution PENDING again; one that was cancelled
 * meanwhile is CANCELLED, and one with too many unknown outcomes is an ERROR.
 */
async function endLeases(ctx: ServiceContext): Promise<Ended[]> {
  const now = ctx.now();
  const rows = await ctx.db.$transaction(async (tx) => {
    const ended = await giveBack(tx, now);
    // Endpoints before counters, as where attempts are recorded.
    await freeEndpoints(tx, ended);
    await writeEnds(tx, ended, now);
    return ended;
  });
  for (const { projectId } of rows) ctx.live.touch(projectId, "executions");
  return rows;
}

type Ended = DispatchRow & { triggerId: string; status: string; leaseToken: string };

async function freeEndpoints(tx: Queryable, ended: readonly Ended[]): Promise<void> {
  const byAction = new Map<string, Ended[]>();
  for (const row of ended) byAction.set(row.actionId, [...(byAction.get(row.actionId) ?? []), row]);
  for (const [, rows] of [...byAction].sort(([a], [b]) => (a < b ? -1 : 1)))
    await forget(
      tx,
      rows[0]!,
      rows.map((row) => row.leaseToken),
    );
}

const giveBack = (tx: Queryable, now: Date): Promise<Ended[]> => tx.$queryRaw`
    WITH lost AS (
      SELECT id, lease_token,
        CASE WHEN cancel_requested_at IS NOT NULL THEN 'CANCELLED' WHEN unknown_count + 1 >= ${UNKNOWN_MAX} THEN 'ERROR' ELSE 'PENDING' END AS next
      FROM action_execution
      WHERE status = 'RUNNING' AND (lease_expires_at < ${now} OR (
        updated_at < ${new Date(now.getTime() - DEAD_AFTER_MS)} AND NOT EXISTS (
          SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = ${PROCESS_LOCK_CLASS}::bigint::oid
            AND l.objid = split_part(lease_token, ':', 1)::bigint::oid AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))))
      ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
    ), unknown AS (
      UPDATE action_attempt AS t SET status = 'UNKNOWN', finished_at = ${now},
        message = 'The process ended before it could record what came back. The receiver may or may not have got this request.'
      FROM lost WHERE t.execution_id = lost.id AND t.lease_token = lost.lease_token AND t.status = 'RUNNING'
    )
    UPDATE action_execution AS e SET
      status = lost.next::execution_status,
      status_reason = CASE lost.next WHEN 'CANCELLED' THEN 'Cancelled while an attempt was under way, whose outcome is unknown.'
                                     WHEN 'ERROR' THEN 'Gave up: the outcome of too many attempts is unknown.'
                                     ELSE 'The outcome of the last attempt is unknown; it is sent again.' END,
      unknown_count = e.unknown_count + 1, lease_token = NULL, lease_expires_at = NULL, dispatched_at = NULL, due_at = ${now}, updated_at = ${now},
      generation = CASE lost.next WHEN 'PENDING' THEN e.generation + 1 ELSE e.generation END,
      finished_at = CASE lost.next WHEN 'PENDING' THEN NULL ELSE ${now}::timestamptz END
    FROM lost WHERE e.id = lost.id
    RETURNING e.id, e.action_id AS "actionId", e.generation, e.due_at AS "dueAt", e.attempt_count AS "attemptCount",
      e.schedule_start AS "scheduleStart", e.status::text AS status, e.project_id AS "projectId", e.trigger_id AS "triggerId", lost.lease_token AS "leaseToken"`;

/**
 * Rows that nobody seems to work on get a new generation, so that a run that is late finds itself out of date. First
 * attempts that were never claimed keep theirs: their event may only be far back in the queue, and must stay good.
 */
async function takeUndispatched(ctx: ServiceContext): Promise<DispatchRow[]> {
  const now = ctx.now();
  const ago = (ms: number): Date => new Date(now.getTime() - ms);
  const overdue = ago(OVERDUE_AFTER_MS);
  return ctx.db.$queryRaw<DispatchRow[]>`
    WITH left_behind AS (
      SELECT id, dispatched_at IS NULL AND due_at <= updated_at AND attempt_count = schedule_start AS unclaimed FROM action_execution WHERE id IN (
        (SELECT id FROM action_execution WHERE status = 'PENDING' AND dispatched_at IS NULL AND updated_at < ${ago(UNDISPATCHED_AFTER_MS)}
           AND (updated_at < ${ago(UNCLAIMED_AFTER_MS)} OR NOT (due_at <= updated_at AND attempt_count = schedule_start)) ORDER BY updated_at LIMIT ${BATCH})
        UNION
        (SELECT id FROM action_execution WHERE status = 'PENDING' AND due_at < ${overdue} AND dispatched_at < ${overdue} ORDER BY due_at LIMIT ${BATCH}))
      AND status = 'PENDING' FOR UPDATE SKIP LOCKED
    )
    UPDATE action_execution AS e SET generation = e.generation + CASE WHEN left_behind.unclaimed THEN 0 ELSE 1 END, dispatched_at = NULL, updated_at = ${now}
    FROM left_behind WHERE e.id = left_behind.id
    RETURNING e.id, e.project_id AS "projectId", e.action_id AS "actionId", e.generation, e.due_at AS "dueAt", e.attempt_count AS "attemptCount", e.schedule_start AS "scheduleStart"`;
}
