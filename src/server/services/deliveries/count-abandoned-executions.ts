import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { isEngineBehindSql, mayDeliverSql } from "./due-actions";

const COUNTED_MAX = 10_000;

/**
 * The numbers of executions on which no process works, each counted up to 10,000. `leasesExpired`: RUNNING executions
 * whose lease has ended. If a number stays above 0, the engine does not run the delivery functions.
 */
export type AbandonedCounts = { overdue: number; leasesExpired: number };

/**
 * @property overdue the executions that have been due for two minutes although their action may deliver and has no
 * request on the wire
 */
export async function countAbandonedExecutions(ctx: ServiceContext): Promise<AbandonedCounts> {
  const now = ctx.now();
  const [row] = await ctx.db.$queryRaw<AbandonedCounts[]>`
    SELECT
      (SELECT count(*)::int FROM (
        SELECT 1 FROM action_execution e JOIN action_configuration a ON a.id = e.action_id
          LEFT JOIN action_health h ON h.action_id = a.id
        WHERE e.status = 'PENDING' AND ${isEngineBehindSql(Prisma.sql`e.due_at`, now)} AND ${mayDeliverSql(now)}
          LIMIT ${COUNTED_MAX}) AS o) AS overdue,
      (SELECT count(*)::int FROM (
        SELECT 1 FROM action_execution WHERE status = 'RUNNING' AND lease_expires_at < ${now}
          LIMIT ${COUNTED_MAX}) AS l) AS "leasesExpired"`;
  return row!;
}
