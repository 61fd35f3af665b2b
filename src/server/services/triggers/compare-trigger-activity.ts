import { compareHourlyMatches, type TriggerActivity } from "@/domain/trigger-activity";
import { Prisma } from "@/generated/prisma/client";
import type { ProjectContext } from "@/server/context";

const HOUR_MS = 3_600_000;
const DAYS = 7;

type Row = { id: string; name: string; createdAt: Date; hour: Date | null; matched: number };

/** @property matched the matches of the hour that was compared: the last whole hour, or a busy current hour */
export type TriggerWithActivity = TriggerActivity & { id: string; name: string; matched: number };

/**
 * Compares how often triggers that are on matched with the same hour on each of the last 7 days. The last whole hour
 * counts. The current hour counts instead once it is busy, and a match in it ends a silence. It reads at most 16 hourly
 * counters of each trigger.
 */
export async function compareTriggerActivity(
  ctx: ProjectContext,
  input: { triggerIds?: readonly string[] } = {},
): Promise<TriggerWithActivity[]> {
  const thisHour = Math.floor(ctx.now().getTime() / HOUR_MS) * HOUR_MS;
  const current = withSameHourBefore(thisHour);
  const last = withSameHourBefore(thisHour - HOUR_MS);
  const hours = [current, last].flatMap(({ hour, before }) => [hour, ...before]).map((each) => new Date(each));
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
    const compare = ({ hour, before }: typeof current): TriggerActivity & { matched: number } => {
      const matched = byHour.get(hour) ?? 0;
      const existed = before.filter((each) => each >= createdAt.getTime());
      const earlier = existed.map((each) => byHour.get(each) ?? 0);
      return { matched, ...compareHourlyMatches(matched, earlier) };
    };
    const [now, lately] = [compare(current), compare(last)];
    if (now.kind === "busy") return { id, name, ...now };
    return { id, name, ...lately, kind: lately.kind === "silent" && now.matched > 0 ? "usual" : lately.kind };
  });
}

/** Returns the beginning of an hour, and those of the same hour on each of the 7 days before, epoch ms. */
const withSameHourBefore = (hour: number): { hour: number; before: number[] } => ({
  hour,
  before: Array.from({ length: DAYS }, (_, index) => hour - (index + 1) * 24 * HOUR_MS),
});
