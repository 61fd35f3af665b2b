import type { ServiceContext } from "@/server/context";
import { LIVENESS_LOCK_NAMESPACE } from "@/server/process-liveness-lock";
import type { ActionRef } from "../action-ref";
import type { HeldClaims } from "./held-claims";
import { leaseTokensOfSlotsSql } from "./lease-tokens-of-slots";

type Claim = ActionRef & { token: string; number: number; isAlive: boolean; isAskerAlive: boolean };

/**
 * @property lostProcesses numbers of other processes that hold executions or slots, but have lost the database lock
 * that shows a process lives. Such a process is dead, or is just reconnecting. Two searches in a row prove that it is
 * dead. Empty while this process has lost its own lock: after a failover nobody has one for some seconds.
 * @property unknownClaims claims that the database has for this process, but this process does not know
 */
export type UnworkedClaims = { lostProcesses: Set<number>; unknownClaims: (ActionRef & { token: string })[] };

/**
 * Finds claims in the database on which no process works. Without `own` (the claims that this process knows), it finds
 * only lost processes.
 */
export async function findUnworkedClaims(ctx: ServiceContext, own: HeldClaims | null): Promise<UnworkedClaims> {
  const asker = own?.processNumber ?? null;
  const claims = await ctx.db.$queryRaw<Claim[]>`
    WITH alive AS MATERIALIZED (
      SELECT objid::bigint AS number FROM pg_locks
      WHERE locktype = 'advisory' AND classid = ${LIVENESS_LOCK_NAMESPACE}::bigint::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
    SELECT c.project_id AS "projectId", c.action_id AS "actionId", c.token, c.number::float8 AS number,
      c.number IN (SELECT number FROM alive) AS "isAlive",
      ${asker}::bigint IS NULL OR ${asker}::bigint IN (SELECT number FROM alive) AS "isAskerAlive"
    FROM (SELECT project_id, action_id, lease_token AS token, split_part(lease_token, ':', 1)::bigint AS number
        FROM action_execution WHERE status = 'RUNNING'
      UNION SELECT project_id, action_id, token, number
        FROM (${leaseTokensOfSlotsSql}) AS t WHERE number IS NOT NULL) AS c`;
  const isOwn = ({ number }: Claim): boolean => number === own?.processNumber;
  return {
    lostProcesses: new Set(
      claims.filter((claim) => claim.isAskerAlive && !claim.isAlive && !isOwn(claim)).map(({ number }) => number),
    ),
    // A process holds each claim before its first statement runs. A claim not held any more was given up.
    unknownClaims: claims.filter((claim) => isOwn(claim) && !own!.holds(claim.token)),
  };
}
