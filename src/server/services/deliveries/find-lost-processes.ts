import type { ServiceContext } from "@/server/context";
import { PROCESS_LOCK_NUMBER } from "@/server/process-identity";
import { slotTokensSql } from "./slot-tokens";

/**
 * Finds the numbers of processes that hold executions or slots, but not their liveness lock. Such a process is dead, or
 * is just reconnecting. If two looks in a row find it, it is dead.
 */
export async function findLostProcesses(ctx: ServiceContext): Promise<Set<number>> {
  const rows = await ctx.db.$queryRaw<{ number: number }[]>`
    (SELECT split_part(lease_token, ':', 1)::bigint::float8 AS number FROM action_execution WHERE status = 'RUNNING'
     UNION SELECT number::float8 FROM (${slotTokensSql}) AS t WHERE number IS NOT NULL)
    EXCEPT
    SELECT objid::bigint::float8 FROM pg_locks
      WHERE locktype = 'advisory' AND classid = ${PROCESS_LOCK_NUMBER}::bigint::oid
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  return new Set(rows.map(({ number }) => number));
}
