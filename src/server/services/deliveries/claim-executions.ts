import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { newId } from "@/server/ids";
import { countFailedExecutions } from "./count-failed-executions";
import { describeMessageTarget } from "./make-message-of-attempt";
import { readActionTemplate } from "./make-request-bodies";
import type { ActionWithEndpointHealth } from "./load-actions-for-delivery";
import type { ActionRef } from "../action-ref";
import type { ClaimedExecution } from "./types";
import { withWaitingTriggersSql } from "./waiting-triggers";

/** One statement ends at most this many executions of an action that is off, deleted, or of a deleted project. */
const REFUSED_MAX = 500;

/**
 * @property claimed the executions to send now
 * @property ended the number of executions that became SKIPPED, CANCELLED or ERROR instead
 * @property hasMore whether to claim again. Further executions may be due, or the loaded action is out of date
 */
export type ClaimExecutionsResult = { claimed: ClaimedExecution[]; ended: number; hasMore: boolean };

type ClaimedRow = Omit<ClaimedExecution, "projectId" | "leaseToken"> & { refused: false; status: string };
/** A row of the claim's answer. If nothing was claimed or ended for an action, it has one row without an execution. */
type Row = { actionId: string; isCurrent: boolean; hasMore: boolean } & (
  | ClaimedRow
  | ({ [Column in Exclude<keyof ClaimedRow, "actionId">]: unknown } & { refused: true | null; status: string })
);
const isClaimed = (row: Row): row is Row & ClaimedRow => row.refused === false;

/** The claim of one action's executions, with the values of its reservation of slots. */
export type ClaimInput = { loaded: ActionWithEndpointHealth; token: string; count: number; until: Date };

/**
 * Claims due executions of actions of one project, for each action oldest first, in turns among the triggers. A claimed
 * execution becomes RUNNING, with the lease token of its reservation. The statement also writes a row for each attempt
 * before its request leaves. An execution ends instead if its action is off, its body was removed, or its action or
 * project was deleted. A deleted trigger ends its executions too, but no resends.
 * @param claims at most one claim of each action
 * @returns the result of each claim
 */
export async function claimExecutions(
  ctx: ServiceContext,
  projectId: string,
  claims: readonly ClaimInput[],
): Promise<ClaimExecutionsResult[]> {
  return claimOrEnd(
    ctx,
    projectId,
    claims.map(({ loaded: { action }, token, count, until }) => ({
      actionId: action.actionId,
      count,
      token,
      until,
      version: action.version,
      // Without a template the claim freezes the body. The body of a template is frozen once it is rendered.
      freezes: readActionTemplate(action) === null,
      target: describeMessageTarget(ctx, action),
    })),
  );
}

/**
 * Ends up to 500 due executions of an action that is off or deleted, or whose project is deleted. It reserves no slots.
 * For any other action nothing changes.
 * @returns the number of ended executions
 */
export async function endExecutionsOfStoppedAction(
  ctx: ServiceContext,
  { projectId, actionId }: ActionRef,
): Promise<number> {
  // No action has version 0. So the statement claims nothing, and only ends executions.
  const refusing = { count: REFUSED_MAX, token: "", until: ctx.now(), version: 0, freezes: false, target: {} };
  const [result] = await claimOrEnd(ctx, projectId, [{ actionId, ...refusing }]);
  return result!.ended;
}

type ClaimOrEnd = {
  actionId: string;
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
 * The statement takes due executions of an action in turns among the triggers, so that a thousand of one trigger do not
 * delay the first of another. `oldest` locks each trigger's oldest due rows, one more than it needs, to see whether
 * more are due; other claims skip locked rows. `picked` chooses among these rows, first the oldest row of each trigger,
 * then the second oldest of each, and so on. Rows are found by arrays of ids and by scalar subqueries. With a join the
 * planner might read whole tables, because it cannot know how few rows are due.
 */
async function claimOrEnd(
  ctx: ServiceContext,
  projectId: string,
  claims: readonly ClaimOrEnd[],
): Promise<ClaimExecutionsResult[]> {
  const now = ctx.now();
  let count = 0;
  const rowsToClaim = claims.map((claim) => ({ ...claim, firstAttempt: (count += claim.count) - claim.count }));
  const attemptIds = Array.from({ length: count }, () => newId("att"));
  const rows = await ctx.db.$queryRaw<Row[]>`/* prepared */
    WITH action AS MATERIALIZED (
      SELECT r.*, CASE WHEN p.deleted_at IS NOT NULL THEN 'CANCELLED' WHEN a.deleted_at IS NOT NULL THEN 'CANCELLED'
        WHEN a.disabled_at IS NOT NULL THEN 'SKIPPED' END AS ends,
        CASE WHEN p.deleted_at IS NOT NULL THEN 'Its project was deleted.'
          WHEN a.deleted_at IS NOT NULL THEN 'Its action was deleted.'
             WHEN a.disabled_at IS NOT NULL THEN coalesce('Its action is off: ' || a.disabled_reason,
               'Its action is off.') END AS why
      FROM json_to_recordset(${JSON.stringify(rowsToClaim)}::json) AS r("actionId" text, count int, token text,
          until timestamptz, version int, freezes bool, target jsonb, "firstAttempt" int),
        action_configuration a, project p
      WHERE a.id = r."actionId" AND a.project_id = ${projectId} AND p.id = a.project_id
        AND (p.deleted_at IS NOT NULL OR a.deleted_at IS NOT NULL OR a.disabled_at IS NOT NULL
          OR (a.paused_at IS NULL AND a.version = r.version))
    ), oldest AS MATERIALIZED (
      SELECT action."actionId", o.*,
        row_number() OVER (PARTITION BY action."actionId", o.trigger_id ORDER BY o.due_at) AS turn
      FROM action, LATERAL (
        ${withWaitingTriggersSql(Prisma.sql`action."actionId"`)}, share AS (
          SELECT 1 + ceil((CASE WHEN count(trigger_id) <= 1 THEN 1.0 ELSE 2.0 END) * action.count
            / greatest(count(trigger_id), 1))::int AS most FROM triggers
        )
        SELECT due.*, share.most FROM triggers t, share, LATERAL (
          SELECT e.id, e.trigger_id, e.due_at, e.is_resend, e.input IS NULL AS is_empty,
            e.input_frozen_at IS NOT NULL AS is_frozen
          FROM action_execution e
          WHERE e.action_id = action."actionId" AND e.trigger_id = t.trigger_id AND e.status = 'PENDING'
            AND e.due_at <= ${now}
          ORDER BY e.due_at LIMIT share.most FOR NO KEY UPDATE SKIP LOCKED) AS due) AS o
    ), picked AS MATERIALIZED (
      SELECT o.*, action.count, row_number() OVER (PARTITION BY "actionId" ORDER BY o.turn, o.due_at, o.id) AS place
      FROM oldest o JOIN action USING ("actionId")
    ), decided AS MATERIALIZED (
      SELECT d.id, d.place, d.is_frozen, d.token, d.until, d.freezes, d.target, d."firstAttempt",
        coalesce(d.ends, CASE WHEN d.is_orphan THEN 'CANCELLED' WHEN d.is_empty THEN 'ERROR' END) AS ends,
        coalesce(d.why, CASE WHEN d.is_orphan THEN 'Its trigger was deleted.'
          WHEN d.is_empty THEN 'Its body was removed, so there is nothing to send.' END) AS why
      FROM (
        SELECT picked.id, picked.place, picked.is_frozen, picked.is_empty, action.*,
          NOT picked.is_resend AND (SELECT t.deleted_at IS NOT NULL FROM trigger_configuration t
            WHERE t.id = picked.trigger_id) AS is_orphan
        FROM picked JOIN action USING ("actionId") WHERE picked.place <= picked.count) AS d
    ), moved AS (
      UPDATE action_execution AS e SET
        status = coalesce(r.ends, 'RUNNING')::execution_status,
        status_reason = coalesce(r.why, 'An attempt is on the wire.'),
        attempt_count = e.attempt_count + CASE WHEN r.ends IS NULL THEN 1 ELSE 0 END,
        lease_token = CASE WHEN r.ends IS NULL THEN r.token END,
        lease_expires_at = CASE WHEN r.ends IS NULL THEN r.until END,
        input_frozen_at = coalesce(e.input_frozen_at,
          CASE WHEN r.ends IS NULL AND r.freezes THEN ${now}::timestamptz END),
        started_at = coalesce(e.started_at, CASE WHEN r.ends IS NULL THEN ${now}::timestamptz END),
        cancelled_by = CASE WHEN r.ends = 'CANCELLED' THEN 'SYSTEM'::cancelled_by ELSE e.cancelled_by END,
        finished_at = CASE WHEN r.ends IS NOT NULL THEN ${now}::timestamptz END,
        updated_at = ${now}
      FROM decided r
      WHERE e.id = r.id AND e.id = ANY(ARRAY(SELECT id FROM decided))
      RETURNING e.action_id, e.id, e.trigger_id, e.status, r.place, r.ends IS NOT NULL AS refused, e.attempt_count,
        e.schedule_start, e.unknown_count, e.input, r.is_frozen OR r.freezes AS is_frozen, e.depth, e.traceparent,
        r.token, r.target, (${attemptIds}::text[])[r."firstAttempt" + r.place] AS attempt_id
    ), attempts AS (
      INSERT INTO action_attempt (id, execution_id, project_id, number, lease_token, request, started_at)
      SELECT m.attempt_id, m.id, ${projectId}, m.attempt_count, m.token, m.target, ${now} FROM moved m
      WHERE NOT m.refused
    )
    SELECT a."actionId", EXISTS (SELECT 1 FROM action WHERE action."actionId" = a."actionId") AS "isCurrent",
      EXISTS (SELECT 1 FROM oldest o WHERE o."actionId" = a."actionId" AND o.turn >= o.most)
        OR EXISTS (SELECT 1 FROM picked WHERE picked."actionId" = a."actionId" AND picked.place > picked.count)
        AS "hasMore",
      m.id, m.trigger_id AS "triggerId", m.status::text, m.refused,
      m.attempt_id AS "attemptId", m.attempt_count AS number,
      m.attempt_count - m.schedule_start - m.unknown_count AS "attemptsSpent",
      CASE WHEN m.refused THEN '' ELSE m.input END AS input, m.is_frozen AS "isFrozen", m.depth, m.traceparent
    FROM unnest(${claims.map(({ actionId }) => actionId)}::text[]) AS a("actionId")
      LEFT JOIN moved m ON m.action_id = a."actionId" ORDER BY m.place`;
  // Executions without a body are rare, so only they cost another statement.
  await countFailedExecutions(
    ctx.db,
    rows.flatMap(({ actionId, status, triggerId }) =>
      status === "ERROR" ? [{ projectId, actionId, triggerId: triggerId as string }] : [],
    ),
    now,
  );
  return claims.map(({ actionId, token }) => {
    const own = rows.filter((row) => row.actionId === actionId);
    return {
      claimed: own
        .filter(isClaimed)
        .map(({ id, triggerId, attemptId, number, attemptsSpent, input, isFrozen, depth, traceparent }) => ({
          ...{ id, triggerId, attemptId, number, attemptsSpent, input, isFrozen, depth, traceparent },
          ...{ projectId, actionId, leaseToken: token },
        })),
      ended: own.filter(({ refused }) => refused === true).length,
      hasMore: !own[0]!.isCurrent || own[0]!.hasMore,
    };
  });
}
