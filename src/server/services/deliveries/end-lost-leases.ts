import type { ServiceContext } from "@/server/context";
import type { DatabaseOrTransaction } from "@/server/db/client";
import type { ActionRef } from "../action-ref";
import { type ActionWake, wakeActions } from "../wakes/wake-actions";
import { countFailedExecutions } from "./count-failed-executions";
import { changeEndpointHealth, freeClaimedSlots } from "./endpoint-health";
import { countDueExecutions } from "./count-due-executions";
import { leaseTokensOfSlotsSql } from "./lease-tokens-of-slots";

/**
 * After this many attempts with an unknown outcome, an execution ends as ERROR. Such attempts do not count as attempts
 * of the retry policy.
 */
const UNKNOWN_OUTCOMES_MAX = 5;
const BATCH = 500;

type Ended = ActionRef & { triggerId: string; status: string; leaseToken: string };

/**
 * Ends up to 500 leases that have expired or whose process is dead. The outcome of such an attempt is unknown, and its
 * execution becomes PENDING again. It becomes CANCELLED instead if somebody cancelled it meanwhile, and ERROR after
 * five unknown outcomes.
 * @param dead the numbers of dead processes; each lease token begins with the number of its process
 * @returns the number of ended leases
 */
export async function endLostLeases(ctx: ServiceContext, dead: ReadonlySet<number>): Promise<number> {
  const now = ctx.now();
  const ended = await ctx.db.$transaction(async (tx) => {
    const rows = await endBatch(tx, dead, now);
    await countFailedExecutions(
      tx,
      rows.filter(({ status }) => status === "ERROR"),
      now,
    );
    return rows;
  });
  for (const projectId of new Set(ended.map((row) => row.projectId))) ctx.live.touch(projectId, "executions");
  await wakeActions(ctx, await releaseSlots(ctx, dead, ended));
  return ended.length;
}

/**
 * Frees the endpoint slots of the ended leases, and all slots of dead processes. A process may have died after it
 * reserved slots and before it claimed executions.
 * @returns wakes for those actions whose executions still wait
 */
async function releaseSlots(
  ctx: ServiceContext,
  dead: ReadonlySet<number>,
  ended: readonly Ended[],
): Promise<ActionWake[]> {
  const held =
    dead.size === 0
      ? []
      : await ctx.db.$queryRaw<(ActionRef & { leaseToken: string })[]>`
          SELECT project_id AS "projectId", action_id AS "actionId", token AS "leaseToken"
            FROM (${leaseTokensOfSlotsSql}) AS t
            WHERE number = ANY(${[...dead]}::bigint[])`;
  const byAction = new Map<string, { key: ActionRef; tokens: string[] }>();
  for (const { projectId, actionId, leaseToken } of [...ended, ...held]) {
    const known = byAction.get(actionId) ?? { key: { projectId, actionId }, tokens: [] };
    byAction.set(actionId, known);
    known.tokens.push(leaseToken);
  }
  const keys = [...byAction.values()].map(({ key }) => key);
  for (const { key, tokens } of byAction.values()) await changeEndpointHealth(ctx.db, key, freeClaimedSlots(tokens));
  const found = await countDueExecutions(
    ctx,
    keys.map(({ actionId }) => actionId),
  );
  return keys.flatMap((key, n) => {
    const dueAt = found[n]!.nextDueAt;
    return dueAt ? [{ ...key, dueAt }] : [];
  });
}

const endBatch = (tx: DatabaseOrTransaction, dead: ReadonlySet<number>, now: Date): Promise<Ended[]> => tx.$queryRaw`
    WITH lost AS (
      SELECT id, lease_token,
        CASE WHEN cancel_requested_at IS NOT NULL THEN 'CANCELLED'
          WHEN unknown_count + 1 >= ${UNKNOWN_OUTCOMES_MAX} THEN 'ERROR' ELSE 'PENDING' END AS next
      FROM action_execution
      WHERE status = 'RUNNING'
        AND (lease_expires_at < ${now} OR split_part(lease_token, ':', 1)::bigint = ANY(${[...dead]}::bigint[]))
      ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
    ), unknown AS (
      UPDATE action_attempt AS t SET status = 'UNKNOWN', finished_at = ${now},
        message = 'The process ended before it could record what came back. '
          || 'The receiver may or may not have got this request.'
      FROM lost WHERE t.execution_id = lost.id AND t.lease_token = lost.lease_token AND t.status = 'RUNNING'
    )
    UPDATE action_execution AS e SET
      status = lost.next::execution_status,
      status_reason = CASE lost.next
        WHEN 'CANCELLED' THEN 'Cancelled while an attempt was under way, whose outcome is unknown.'
                                     WHEN 'ERROR' THEN 'Gave up: the outcome of too many attempts is unknown.'
                                     ELSE 'The outcome of the last attempt is unknown; it is sent again.' END,
      unknown_count = e.unknown_count + 1, lease_token = NULL, lease_expires_at = NULL, due_at = ${now},
        updated_at = ${now},
      finished_at = CASE lost.next WHEN 'PENDING' THEN NULL ELSE ${now}::timestamptz END
    FROM lost WHERE e.id = lost.id
    RETURNING e.project_id AS "projectId", e.action_id AS "actionId", e.trigger_id AS "triggerId",
      e.status::text AS status,
      lost.lease_token AS "leaseToken"`;
