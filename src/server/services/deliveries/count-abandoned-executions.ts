import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { isEngineBehindSql, mayDeliverSql } from "./due-actions";

const COUNTED_MAX = 10_000;

/**
 * Executions on which no process works, each number counted up to 10,000. If a number stays above 0, the engine does
 * not run the delivery functions.
 * @property overdue PENDING executions that have been due for two minutes, although their action may deliver, has no
 * request on the wire and has recorded no result for 30 s
 * @property leasesExpired RUNNING executions whose lease has ended
 */
export type AbandonedExecutionCounts = { overdue: number; leasesExpired: number };

export async function countAbandonedExecutions(ctx: ServiceContext): Promise<AbandonedExecutionCounts> {
  const now = ctx.now();
  const [row] = await ctx.db.$queryRaw<AbandonedExecutionCounts[]>`
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
