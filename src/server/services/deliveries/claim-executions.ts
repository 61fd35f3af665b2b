import type { ServiceContext } from "@/server/context";
import { newId } from "@/server/ids";
import { describeMessageTarget } from "./prepare-message";
import { actionTemplateOf } from "./make-request-bodies";
import type { SlotReservation } from "./reserve-slots";
import type { ActionRef } from "../action-ref";
import type { ClaimedExecution } from "./types";
import { withWaitingTriggersSql } from "./waiting-triggers";

/** The most rows that one claim ends for an action that is off. */
const REFUSED_MAX = 500;

/**
 * @property claimed executions to send now @property ended the number of rows that are now SKIPPED, CANCELLED or ERROR
 * and will never be sent @property hasMore whether the run must look again: further rows may be due, or the action has
 * changed since it was loaded
 */
export type ClaimResult = { claimed: ClaimedExecution[]; ended: number; hasMore: boolean };

type ClaimedRow = Omit<ClaimedExecution, "projectId" | "actionId" | "leaseToken"> & { refused: false };
/** The statement returns one row even if it claims nothing. */
type Row = { isCurrent: boolean; hasMore: boolean } & (
  ClaimedRow | ({ [Column in keyof ClaimedRow]: unknown } & { refused: true | null })
);
const isClaimed = (row: Row): row is Row & ClaimedRow => row.refused === false;

/**
 * Claims due executions of an action for an attempt, oldest first, in turns among its triggers. Rows move from PENDING
 * to RUNNING, with the lease of the reservation and the next attempt number. The attempts' rows are written before any
 * request leaves. The one statement commits by itself. It ends a row if its action is off, if its body was removed, or
 * if its action, trigger or project was deleted.
 */
export async function claimExecutions(
  ctx: ServiceContext,
  key: ActionRef,
  { loaded: { action }, token, count, until }: Pick<SlotReservation, "loaded" | "token" | "count" | "until">,
): Promise<ClaimResult> {
  return claimOrEnd(ctx, key, {
    count,
    token,
    until,
    version: action.version,
    // Without a template the envelope is the body. The body of a template is frozen later, before the request leaves.
    freezes: actionTemplateOf(action) === null,
    target: describeMessageTarget(ctx, action),
  });
}

/**
 * Ends due rows of an action that is off or deleted, at most 500. It reserves no slots. Rows of an action that is on
 * stay unchanged.
 * @returns the number of ended rows
 */
export async function endExecutionsOfStoppedAction(ctx: ServiceContext, key: ActionRef): Promise<number> {
  // No action has version 0, so the statement claims no rows and only ends rows.
  const refusing = { count: REFUSED_MAX, token: "", until: ctx.now(), version: 0, freezes: false, target: {} };
  return (await claimOrEnd(ctx, key, refusing)).ended;
}

type ClaimOrEnd = {
  count: number;
  token: string;
  until: Date;
  /** the version of the loaded action; if the action has another version now, nothing is claimed */
  version: number;
  freezes: boolean;
  target: Record<string, unknown>;
};

/*
 * `oldest` locks the oldest due rows of each trigger, as many as the trigger may get; other claims skip these rows.
 * `picked` takes them in turns among triggers. So a thousand rows of one trigger do not delay the first row of another.
 */
async function claimOrEnd(
  ctx: ServiceContext,
  { projectId, actionId }: ActionRef,
  { count, token, until, version, freezes, target }: ClaimOrEnd,
): Promise<ClaimResult> {
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
