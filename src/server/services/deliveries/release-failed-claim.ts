import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { changeEndpointHealth, freeClaimedSlots } from "./endpoint-health";
import { putBackClaimedExecutions } from "./put-back-claimed-executions";
import type { ActionRef } from "../action-ref";
import { wakeActions } from "../wakes/wake-actions";
import { retryWhileDatabaseIsAway } from "../retry-while-database-is-away";

/**
 * Gives back the executions and slots of a claim that failed before its first request left. The database may have
 * committed the claim although its answer was lost. Without this the executions would wait until their lease expires.
 */
export async function releaseFailedClaim(ctx: ServiceContext, key: ActionRef, token: string): Promise<void> {
  try {
    const which = Prisma.sql`
      SELECT id, NULL::timestamptz AS due_at FROM action_execution
      WHERE action_id = ${key.actionId} AND status = 'RUNNING' AND lease_token = ${token}`;
    await retryWhileDatabaseIsAway(ctx, () =>
      putBackClaimedExecutions(ctx, { leaseToken: token, which, reason: "Waits for its turn." }),
    );
    await retryWhileDatabaseIsAway(ctx, () => changeEndpointHealth(ctx.db, key, freeClaimedSlots([token])));
    await wakeActions(ctx, [{ ...key, dueAt: ctx.now() }]);
  } catch (error) {
    // LostWorkWatch will end the leases of these executions once they expire, so that the executions are sent again.
    ctx.log.error({ err: error, actionId: key.actionId }, "a claim that failed could not be given back");
  }
}
