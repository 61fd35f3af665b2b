import { compareHourlyMatches, type TriggerActivity } from "@/domain/trigger-activity";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";

const HOUR_MS = 3_600_000;
const DAYS = 7;

type Row = { id: string; name: string; createdAt: Date; hour: Date | null; matched: number };

/**
 * How often a trigger matched since the beginning of the last whole hour, compared with the same hour on each of the
 * last 7 days.
 */
export type TriggerWithActivity = TriggerActivity & { id: string; name: string; matched: number };

/**
 * Compares the recent matches of triggers that are on with those of the same hour on each of the last 7 days. Recent
 * means the last whole hour and the current hour. It reads at most nine hourly counters of each trigger.
 */
export async function compareTriggerActivity(
  ctx: ProjectContext,
  input: { triggerIds?: readonly string[] } = {},
): Promise<TriggerWithActivity[]> {
  const thisHour = Math.floor(ctx.now().getTime() / HOUR_MS) * HOUR_MS;
  const lastHour = thisHour - HOUR_MS;
  const before = Array.from({ length: DAYS }, (_, index) => lastHour - (index + 1) * 24 * HOUR_MS);
  const hours = [thisHour, lastHour, ...before].map((each) => new Date(each));
  const named = input.triggerIds ? Prisma.sql`AND t.id = ANY(${[...input.triggerIds]}::text[])` : Prisma.empty;
  const rows = await ctx.db.$queryRaw<Row[]>`
    SELECT t.id, t.name, t.created_at AS "createdAt", c.hour, coalesce(c.matched, 0) AS matched
    FROM trigger_configuration t LEFT JOIN trigger_counter c ON c.trigger_id = t.id
      AND c.hour = ANY(${hours}::timestamptz[])
    WHERE t.project_id = ${ctx.projectId} AND t.deleted_at IS NULL AND t.status = 'ACTIVE' ${named}`;
  const triggers = new Map<string, { name: string; createdAt: Date; byHour: Map<number, number> }>();
  for (const { id, name, createdAt, hour, matched } of rows) {
    const trigger = triggers.get(id) ?? { name, createdAt, byHour: new Map<number, number>() };
    if (hour) trigger.byHour.set(hour.getTime(), matched);
    triggers.set(id, trigger);
  }
  return [...triggers].map(([id, { name, createdAt, byHour }]) => {
    const matched = (byHour.get(lastHour) ?? 0) + (byHour.get(thisHour) ?? 0);
    const existed = before.filter((hour) => hour >= createdAt.getTime());
    const activity = compareHourlyMatches(
      matched,
      existed.map((hour) => byHour.get(hour) ?? 0),
    );
    return { id, name, matched, ...activity };
  });
}
