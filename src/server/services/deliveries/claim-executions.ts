import type { ServiceContext } from "@/server/context";
import { newId } from "@/server/ids";
import { describeMessageTarget } from "./prepare-message";
import { actionTemplateOf } from "./make-request-bodies";
import type { SlotReservation } from "./reserve-slots";
import type { ActionRef } from "../action-ref";
import type { ClaimedExecution } from "./types";
import { withWaitingTriggersSql } from "./waiting-triggers";

/** One statement ends at most this many executions of an action that is off or deleted. */
const REFUSED_MAX = 500;

/**
 * @property claimed the executions to send now
 * @property ended the number of executions that became SKIPPED, CANCELLED or ERROR instead
 * @property hasMore whether another claim must follow: further executions may be due, or the action was changed or
 * paused after it was loaded
 */
export type ClaimExecutionsResult = { claimed: ClaimedExecution[]; ended: number; hasMore: boolean };

type ClaimedRow = Omit<ClaimedExecution, "projectId" | "actionId" | "leaseToken"> & { refused: false };
/** A row of the claim's answer. If nothing was claimed or ended, the statement returns one row without an execution. */
type Row = { isCurrent: boolean; hasMore: boolean } & (
  ClaimedRow | ({ [Column in keyof ClaimedRow]: unknown } & { refused: true | null })
);
const isClaimed = (row: Row): row is Row & ClaimedRow => row.refused === false;

/**
 * Claims due executions of an action, oldest first, in turns among the triggers. A claimed execution becomes RUNNING,
 * with the lease token of the reservation. The statement also writes a row for each attempt before its request leaves.
 * An execution ends instead if its action is off, its body was removed, or its action or project was deleted. A deleted
 * trigger ends its executions too, but no resends.
 */
export async function claimExecutions(
  ctx: ServiceContext,
  key: ActionRef,
  { loaded: { action }, token, count, until }: Pick<SlotReservation, "loaded" | "token" | "count" | "until">,
): Promise<ClaimExecutionsResult> {
  return claimOrEnd(ctx, key, {
    count,
    token,
    until,
    version: action.version,
    // Without a template the claim freezes the body. The body of a template is frozen once it is rendered.
    freezes: actionTemplateOf(action) === null,
    target: describeMessageTarget(ctx, action),
  });
}

/**
 * Ends up to 500 due executions of an action that is off or deleted, without a reservation of slots. If the action is
 * on, nothing changes.
 * @returns the number of ended executions
 */
export async function endExecutionsOfStoppedAction(ctx: ServiceContext, key: ActionRef): Promise<number> {
  // No action has version 0. So the statement claims nothing, and only ends executions.
  const refusing = { count: REFUSED_MAX, token: "", until: ctx.now(), version: 0, freezes: false, target: {} };
  return (await claimOrEnd(ctx, key, refusing)).ended;
}

type ClaimOrEnd = {
  count: number;
  token: string;
  until: Date;
  /**
   * the version of the action that the caller has loaded; if the action has another version by now, nothing is claimed
   */
  version: number;
  freezes: boolean;
  target: Record<string, unknown>;
};

/*
 * The statement takes due executions in turns among the triggers, so that a thousand of one trigger do not delay the
 * first of another. `oldest` locks each trigger's oldest due rows; other claims skip locked rows. `picked` chooses
 * among these rows: first the oldest row of each trigger, then the second oldest of each, and so on.
 */
async function claimOrEnd(
  ctx: ServiceContext,
  { projectId, actionId }: ActionRef,
  { count, token, until, version, freezes, target }: ClaimOrEnd,
): Promise<ClaimExecutionsResult> {
  const now = ctx.now();
  const attemptIds = Array.from({ length: count }, () => newId("att"));
  const rows = await ctx.db.$queryRaw<Row[]>`/* prepared */
    ${withWaitingTriggersSql(actionId)}, share AS (
      SELECT CASE WHEN count(trigger_id) <= 1 THEN ${count}::int
        ELSE ceil(2.0 * ${count}::int / count(trigger_id))::int END AS most FROM triggers
    ), action AS (
      SELECT CASE WHEN p.deleted_at IS NOT NULL THEN 'CANCELLED' WHEN a.deleted_at IS NOT NULL THEN 'CANCELLED'
        WHEN a.disabled_at IS NOT NULL THEN 'SKIPPED' END AS ends,
        CASE WHEN p.deleted_at IS NOT NULL THEN 'Its project was deleted.'
          WHEN a.deleted_at IS NOT NULL THEN 'Its action was deleted.'
             WHEN a.disabled_at IS NOT NULL THEN coalesce('Its action is off: ' || a.disabled_reason,
               'Its action is off.') END AS why
      FROM action_configuration a JOIN project p ON p.id = a.project_id
      WHERE a.id = ${actionId} AND a.project_id = ${projectId}
        AND (p.deleted_at IS NOT NULL OR a.deleted_at IS NOT NULL OR a.disabled_at IS NOT NULL
          OR (a.paused_at IS NULL AND a.version = ${version}))
    ), oldest AS (
      SELECT o.*, row_number() OVER (PARTITION BY o.trigger_id ORDER BY o.due_at) AS turn
        FROM triggers t, share, action, LATERAL (
        SELECT e.id, e.trigger_id, e.due_at FROM action_execution e
        WHERE e.action_id = ${actionId} AND e.trigger_id = t.trigger_id AND e.status = 'PENDING' AND e.due_at <= ${now}
        ORDER BY e.due_at LIMIT share.most FOR NO KEY UPDATE SKIP LOCKED) AS o
    ), picked AS (
      SELECT o.id, row_number() OVER (ORDER BY o.turn, o.due_at, o.id) AS place FROM oldest o
        ORDER BY o.turn, o.due_at, o.id LIMIT ${count}
    ), moved AS (
      UPDATE action_execution AS e SET
        status = coalesce(r.ends, 'RUNNING')::execution_status,
        status_reason = coalesce(r.why, 'An attempt is on the wire.'),
        attempt_count = e.attempt_count + CASE WHEN r.ends IS NULL THEN 1 ELSE 0 END,
        lease_token = CASE WHEN r.ends IS NULL THEN ${token} END,
        lease_expires_at = CASE WHEN r.ends IS NULL THEN ${until}::timestamptz END,
        input_frozen_at = coalesce(e.input_frozen_at,
          CASE WHEN r.ends IS NULL AND ${freezes}::bool THEN ${now}::timestamptz END),
        started_at = coalesce(e.started_at, CASE WHEN r.ends IS NULL THEN ${now}::timestamptz END),
        cancelled_by = CASE WHEN r.ends = 'CANCELLED' THEN 'SYSTEM'::cancelled_by ELSE e.cancelled_by END,
        finished_at = CASE WHEN r.ends IS NOT NULL THEN ${now}::timestamptz END,
        updated_at = ${now}
      FROM (
        SELECT l.id, picked.place, l.input_frozen_at IS NOT NULL AS frozen,
          coalesce(action.ends,
            CASE WHEN t.deleted_at IS NOT NULL AND NOT l.is_resend THEN 'CANCELLED' WHEN l.input IS NULL THEN 'ERROR'
              END) AS ends,
          coalesce(action.why, CASE WHEN t.deleted_at IS NOT NULL AND NOT l.is_resend THEN 'Its trigger was deleted.'
            WHEN l.input IS NULL THEN 'Its body was removed, so there is nothing to send.' END) AS why
        FROM picked JOIN action_execution l ON l.id = picked.id
          JOIN trigger_configuration t ON t.id = l.trigger_id, action) AS r
      WHERE e.id = r.id
      RETURNING e.id, e.trigger_id, r.place, r.ends IS NOT NULL AS refused, e.attempt_count, e.schedule_start,
        e.unknown_count, e.input,
        r.frozen, e.depth, e.traceparent
    ), attempts AS (
      INSERT INTO action_attempt (id, execution_id, project_id, number, lease_token, request, started_at)
      SELECT (${attemptIds}::text[])[m.place], m.id, ${projectId}, m.attempt_count, ${token},
        ${JSON.stringify(target)}::jsonb, ${now} FROM moved m WHERE NOT m.refused
    )
    SELECT EXISTS (SELECT 1 FROM action) AS "isCurrent",
      EXISTS (SELECT 1 FROM oldest, share GROUP BY oldest.trigger_id, share.most HAVING count(*) >= share.most)
        OR (SELECT count(*) FROM oldest) > ${count}::int AS "hasMore",
      m.id, m.trigger_id AS "triggerId", m.refused, (${attemptIds}::text[])[m.place] AS "attemptId",
        m.attempt_count AS number,
      m.attempt_count - m.schedule_start - m.unknown_count AS "attemptsSpent",
        CASE WHEN m.refused THEN '' ELSE m.input END AS input,
      m.frozen OR ${freezes}::bool AS "isFrozen", m.depth, m.traceparent
    FROM (SELECT) AS always LEFT JOIN moved m ON true ORDER BY m.place`;
  const [first] = rows;
  return {
    claimed: rows
      .filter(isClaimed)
      .map(({ id, triggerId, attemptId, number, attemptsSpent, input, isFrozen, depth, traceparent }) => ({
        ...{ id, triggerId, attemptId, number, attemptsSpent, input, isFrozen, depth, traceparent },
        ...{ projectId, actionId, leaseToken: token },
      })),
    ended: rows.filter(({ refused }) => refused === true).length,
    hasMore: !first!.isCurrent || first!.hasMore,
  };
}
