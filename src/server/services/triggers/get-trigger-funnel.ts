import { z } from "zod";
import type { ProjectContext } from "@/server/context";
import { makeNotFoundError } from "@/server/errors";
import { requirePermission } from "../access";

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

export const FunnelRangeHours = z.union([z.literal(24), z.literal(168), z.literal(720)]);
export type FunnelRangeHours = z.infer<typeof FunnelRangeHours>;

const steps = [
  "evaluated",
  "matched",
  "sampledIn",
  "sampledOut",
  "created",
  "skipped",
  "cancelled",
  "delivered",
  "failed",
] as const;
type FunnelTotals = Record<(typeof steps)[number], number>;
export type TriggerFunnel = {
  totals: FunnelTotals;
  /** the figures of each hour, oldest first, with empty hours; for a range of 720 hours, one entry a day */
  hours: ({ hour: Date } & FunnelTotals)[];
};

/**
 * Returns, for the last 24, 168 or 720 hours, how many events a trigger evaluated and what became of them: matched,
 * sampled, created, delivered and so on. States that a backfill evaluated count too. It reads hourly counters.
 */
export async function getTriggerFunnel(
  ctx: ProjectContext,
  input: { triggerId: string; hours: FunnelRangeHours },
): Promise<TriggerFunnel> {
  requirePermission(ctx, "project:read");
  const trigger = await ctx.db.triggerConfiguration.findFirst({
    where: { id: input.triggerId, projectId: ctx.projectId },
    select: { id: true },
  });
  if (!trigger) throw makeNotFoundError("trigger");
  const stepMs = input.hours === 720 ? DAY_HOURS * HOUR_MS : HOUR_MS;
  const last = Math.floor(ctx.now().getTime() / stepMs) * stepMs;
  const count = (input.hours * HOUR_MS) / stepMs;
  const from = new Date(last - (count - 1) * stepMs);
  const [counters, evaluated] = await Promise.all([
    ctx.db.triggerCounter.findMany({
      where: { triggerId: input.triggerId, projectId: ctx.projectId, hour: { gte: from } },
    }),
    evaluatedByHour(ctx, input.triggerId, from),
  ]);
  const slots = Array.from({ length: count }, (_, index) => ({
    hour: new Date(from.getTime() + index * stepMs),
    ...nothing,
  }));
  const slotOf = (hour: Date): FunnelTotals | undefined =>
    slots[Math.floor((hour.getTime() - from.getTime()) / stepMs)];
  for (const { hour, ...counter } of counters) {
    const slot = slotOf(hour);
    if (slot) for (const step of steps) slot[step] += step === "evaluated" ? counter.backfilled : counter[step];
  }
  for (const { hour, events } of evaluated) {
    const slot = slotOf(hour);
    if (slot) slot.evaluated += events;
  }
  const totals = { ...nothing };
  for (const slot of slots) for (const step of steps) totals[step] += slot[step];
  return { totals, hours: slots };
}

const nothing: FunnelTotals = {
  evaluated: 0,
  matched: 0,
  sampledIn: 0,
  sampledOut: 0,
  created: 0,
  skipped: 0,
  cancelled: 0,
  delivered: 0,
  failed: 0,
};

/**
 * Counts the events that a trigger evaluated in each hour. The table evaluation_counter counts a project's events by
 * configuration revision. A trigger evaluated the events of all revisions at which it was on.
 */
async function evaluatedByHour(
  ctx: ProjectContext,
  triggerId: string,
  from: Date,
): Promise<{ hour: Date; events: number }[]> {
  return ctx.db.$queryRaw`
    WITH versions AS (
      SELECT revision, lead(revision) OVER (ORDER BY version) AS until, snapshot ->> 'status' = 'ACTIVE' AS is_on,
        snapshot ->> 'eventSource' AS source
      FROM configuration_version WHERE target_id = ${triggerId} AND project_id = ${ctx.projectId} AND kind = 'trigger'
    )
    SELECT c.hour, sum(c.events)::int AS events FROM evaluation_counter c
      JOIN versions v ON v.is_on AND v.source = c.event_source AND c.revision >= v.revision
        AND (v.until IS NULL OR c.revision < v.until)
    WHERE c.project_id = ${ctx.projectId} AND c.hour >= ${from} GROUP BY c.hour`;
}
