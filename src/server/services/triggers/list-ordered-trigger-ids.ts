import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const triggerListOrderNames = ["newest", "name", "fired", "busiest"] as const;
type TriggerSort = (typeof triggerListOrderNames)[number];
export const triggerListStateNames = ["on", "off", "failing", "never"] as const;
type TriggerState = (typeof triggerListStateNames)[number];

export type TriggerListQuery = {
  search?: string | undefined;
  /** only the trigger with this key */
  key?: string | undefined;
  sort?: TriggerSort | undefined;
  /**
   * only triggers in this state; `failing`: with a failed execution in the last 24 hours, or a filter error in the last
   * hour; `never`: without a stored execution
   */
  state?: TriggerState | undefined;
  /** only triggers that run this action */
  actionId?: string | undefined;
};

const orders: Record<TriggerSort, Prisma.Sql> = {
  newest: Prisma.sql`t.created_at DESC, t.id DESC`,
  name: Prisma.sql`lower(t.name), t.id`,
  fired: Prisma.sql`last.at DESC NULLS LAST, t.id DESC`,
  busiest: Prisma.sql`day.matched DESC, t.id DESC`,
};
const statesAt = (now: Date): Record<TriggerState, Prisma.Sql> => ({
  on: Prisma.sql`t.status = 'ACTIVE'`,
  off: Prisma.sql`t.status = 'DISABLED'`,
  failing: Prisma.sql`(day.failed > 0 OR EXISTS (SELECT 1 FROM decision d
    WHERE d.trigger_id = t.id AND d.kind = 'filter_error'
    AND d.created_at > ${new Date(now.getTime() - HOUR_MS)}))`,
  never: Prisma.sql`last.at IS NULL`,
});

/**
 * Returns the ids of one page of a project's triggers, in the chosen order. The page begins at a position in the list,
 * because the order changes all the time. For each trigger the query reads one index entry and up to 24 counters.
 */
export async function listOrderedTriggerIds(
  ctx: ProjectContext,
  { search, key, sort = "newest", state, actionId }: TriggerListQuery,
  { start, limit }: { start: number; limit: number },
): Promise<string[]> {
  const parts = [Prisma.sql`t.project_id = ${ctx.projectId}`, Prisma.sql`t.deleted_at IS NULL`];
  if (search) parts.push(Prisma.sql`position(lower(${search}) IN lower(t.name || ' ' || t.description)) > 0`);
  if (key !== undefined) parts.push(Prisma.sql`t.key = ${key}`);
  if (state) parts.push(statesAt(ctx.now())[state]);
  if (actionId)
    parts.push(
      Prisma.sql`EXISTS (SELECT 1 FROM trigger_action r WHERE r.trigger_id = t.id AND r.action_id = ${actionId})`,
    );
  const rows = await ctx.db.$queryRaw<{ id: string }[]>`
    SELECT t.id FROM trigger_configuration t
    LEFT JOIN LATERAL (SELECT created_at AS at FROM action_execution WHERE trigger_id = t.id
      ORDER BY created_at DESC, id DESC LIMIT 1) AS last ON true
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(matched), 0) AS matched, coalesce(sum(failed), 0) AS failed
      FROM trigger_counter WHERE trigger_id = t.id AND hour > ${new Date(ctx.now().getTime() - DAY_MS)}
    ) AS day
    WHERE ${Prisma.join(parts, " AND ")} ORDER BY ${orders[sort]} OFFSET ${start} LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}
