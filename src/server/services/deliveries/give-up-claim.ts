import type { ServiceContext } from "@/server/context";
import { changeHealth, withoutClaims } from "./endpoint-health";
import type { ActionKey } from "./types";
import { wakeActions } from "./wake";
import { whileDatabaseIsAway } from "./while-database-is-away";

/**
 * Gives back what a claim holds that has failed before anything of it was sent: executions and slots. Whether they were
 * committed nobody has heard; without this they would stay taken until their lease runs out.
 * @param count slots that the claim may hold
 */
export async function giveUpClaim(ctx: ServiceContext, key: ActionKey, token: string, count: number): Promise<void> {
  try {
    await whileDatabaseIsAway(ctx, () => putBackUnsent(ctx, key, token));
    const free = withoutClaims(new Map([[token, count]]));
    await whileDatabaseIsAway(ctx, () => changeHealth(ctx.db, key, free));
    await wakeActions(ctx, [{ ...key, dueAt: ctx.now() }]);
  } catch (error) {
    // Their lease runs out, and the watch finds them.
    ctx.log.error({ err: error, actionId: key.actionId }, "a claim that failed could not be given back");
  }
}

/** PENDING again, without the attempt that was begun. */
async function putBackUnsent(ctx: ServiceContext, { actionId }: ActionKey, token: string): Promise<void> {
  const now = ctx.now();
  await ctx.db.$executeRaw`
    WITH back AS (
      UPDATE action_execution AS e SET status = CASE WHEN e.cancel_requested_at IS NULL THEN 'PENDING' ELSE 'CANCELLED' END::execution_status,
        status_reason = CASE WHEN e.cancel_requested_at IS NULL THEN 'Waits for its turn.' ELSE 'Cancelled before its attempt was sent.' END,
        attempt_count = e.attempt_count - 1, lease_token = NULL, lease_expires_at = NULL, updated_at = ${now},
        finished_at = CASE WHEN e.cancel_requested_at IS NOT NULL THEN ${now}::timestamptz END
      WHERE e.action_id = ${actionId} AND e.status = 'RUNNING' AND e.lease_token = ${token} RETURNING e.id)
    DELETE FROM action_attempt t USING back WHERE t.execution_id = back.id AND t.lease_token = ${token}`;
}
