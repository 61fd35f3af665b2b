import { Prisma } from "@/generated/prisma/client";
import type { ServiceContext } from "@/server/context";
import { withWaitingTriggersSql } from "./waiting-triggers";

/** A claim takes at most this many executions. The triggers of an action share twice as many places in the count. */
const COUNT_MAX = 100;

/**
 * @property count the number of due executions. The triggers with waiting executions have equal shares of 200, and
 * executions beyond a trigger's share are not counted.
 * @property nextDueAt the due time of the earliest waiting execution, which may be in the past; null if none waits
 */
export type DueExecutionCount = { count: number; nextDueAt: Date | null };

/**
 * Finds the due executions of actions, in one query.
 * @returns the result for each action
 */
export async function countDueExecutions(
  ctx: ServiceContext,
  actionIds: readonly string[],
): Promise<DueExecutionCount[]> {
  const rows = await ctx.db.$queryRaw<({ id: string } & DueExecutionCount)[]>`/* prepared */
    SELECT a.id, due.count, due.at AS "nextDueAt" FROM unnest(${[...actionIds]}::text[]) AS a(id), LATERAL (
      ${withWaitingTriggersSql(Prisma.sql`a.id`)}, share AS (
        SELECT ceil(2.0 * ${COUNT_MAX}::int / greatest(count(trigger_id), 1))::int AS most FROM triggers
      )
      SELECT count(*) FILTER (WHERE first.due_at <= ${ctx.now()})::int AS count, min(first.due_at) AS at
      FROM triggers t, share, LATERAL (
        SELECT e.due_at FROM action_execution e
        WHERE e.action_id = a.id AND e.trigger_id = t.trigger_id AND e.status = 'PENDING'
        ORDER BY e.due_at LIMIT share.most) AS first) AS due`;
  const found = new Map(rows.map(({ id, count, nextDueAt }) => [id, { count, nextDueAt }]));
  return actionIds.map((id) => found.get(id)!);
}
